// SPDX-License-Identifier: Apache-2.0
//
// What an attempt comes to: from how the algorithm ended to a status and a failure text that a user
// can act on. Pure, except OomWatch.
#pragma once

#include "base/error.h"
#include "runner/algorithm.h"
#include "training/runner_protocol.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tunesmith::runner {

enum class StopCause { kNone, kRequest, kMaxRuntime };

struct Ending {
  StopCause cause = StopCause::kNone;
  std::optional<Error> error;  // why there is no exit status, or why the result is no good
  std::optional<ExitStatus> exit;
  bool out_of_memory = false;            // the kernel killed something for want of memory meanwhile
  std::string failure_text;              // output/failure
  std::string exceeded{};                // the limit for which the runner ended it
  std::uint64_t memory_limit_bytes = 0;  // 0: none
};

/// Sets status, secondary_status, failure_reason (as the service words it: "ClientError: ..." for
/// what the user can correct, "AlgorithmError: ..." for the algorithm's own, "InternalServerError:
/// ..." for ours; at most 1024 bytes), exit code, signal and usage.
void judge(const Ending& ending, training::Outcome& outcome);

/// Looks at the kernel's count of out-of-memory kills when made and when asked.
class OomWatch {
 public:
  OomWatch();
  /// True when the count has risen.
  bool seen() const;

 private:
  std::int64_t before_;
};

}  // namespace tunesmith::runner
