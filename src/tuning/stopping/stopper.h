// SPDX-License-Identifier: Apache-2.0
//
// Decides while a trial runs whether it goes on. A stopper hears of each report once, in order, and
// of the end of each trial that reported; values are turned so that smaller is better, and plus
// infinity stands for one that is not finite. Not thread safe.
#pragma once

#include "tuning/searcher.h"

#include <cstdint>
#include <vector>

namespace tunesmith::tuning {

struct Report {
  std::int64_t resource = 0;
  double value = 0;
};

class Stopper {
 public:
  virtual ~Stopper() = default;
  /// `trial` counts suggestions. Resources of one trial grow.
  virtual Decision report(std::uint64_t trial, const Report& report) = 0;
  /// The same of a trial whose end is known already. A stopper may save itself the decision, if
  /// nothing later depends on it.
  virtual Decision replay(std::uint64_t trial, const Report& report) {
    return this->report(trial, report);
  }
  /// The trial has ended. `completed`: of itself, not stopped, failed or removed.
  virtual void end(std::uint64_t trial, bool completed) = 0;
};

/// Never stops a trial.
class NoStopper final : public Stopper {
 public:
  Decision report(std::uint64_t, const Report&) override { return Decision::kContinue; }
  void end(std::uint64_t, bool) override {}
};

}  // namespace tunesmith::tuning
