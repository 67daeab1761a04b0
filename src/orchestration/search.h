// SPDX-License-Identifier: Apache-2.0
//
// What orchestration wants from a search: values as the texts that jobs get, and a log that can be
// replayed. An implementation's answers depend on the spec, the seed and the order of calls alone,
// and a replayed suggestion leaves it as a computed one would have. Used by one thread.
#pragma once

#include "base/result.h"
#include "orchestration/tuning_spec.h"
#include "store/records.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::orchestration {

enum class TrialEnd { kValue, kFailed, kStopped };

/// What a new trial is to try.
struct Suggested {
  std::int64_t definition = 0;  // index into TuningSpec::definitions
  store::NamedValues values;    // in the order of the definition's ranges
  std::string explanation;      // why, as store::TrainingJob keeps it; may be empty
};

class Search {
 public:
  virtual ~Search() = default;
  /// kLimitExceeded: nothing new is left.
  virtual Result<Suggested> suggest(std::int64_t trial) = 0;
  /// An earlier suggestion, again.
  virtual Result<void> replay(std::int64_t trial, std::int64_t definition,
                              const store::NamedValues& values) = 0;
  /// The end of a trial; `value` for kValue, and for a trial that was stopped after it had one.
  virtual Result<void> tell(std::int64_t trial, TrialEnd end, std::optional<double> value) = 0;
  /// A value of a running trial's objective, its `resource`th from 1. Whether the trial is to go
  /// on; once it is not, it never is.
  virtual Result<bool> report(std::int64_t trial, std::int64_t resource, double value) = 0;
  /// The same while a log is read back that has the trial's end, too.
  virtual Result<void> replay_report(std::int64_t trial, std::int64_t resource, double value) = 0;
  /// Whether further trials are not worth their while. Changes nothing.
  virtual bool converged() const = 0;
};

/// `parents`: what the search knows before its first suggestion.
using SearchFactory = std::function<Result<std::unique_ptr<Search>>(
    const TuningSpec& spec, std::uint64_t seed, const std::vector<store::ParentTrial>& parents)>;

}  // namespace tunesmith::orchestration
