// SPDX-License-Identifier: Apache-2.0
//
// What the console shows of a tuning job at a glance, gathered from the store. Summaries of jobs
// that have ended are kept, since a list shows many of them. Thread safe.
#pragma once

#include "base/result.h"
#include "orchestration/tuning_spec.h"
#include "store/store.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tunesmith::console {

struct TuningJobSummary {
  store::TuningJob job;
  orchestration::TuningSpec spec;
  store::TrialCounters counters;
  std::optional<store::TrainingJob> best;
  std::vector<double> best_so_far;  // over the trials by number; at most kCurvePoints of them
};

/// The best objective after each trial that has one, by trial number, thinned to `points` values;
/// first and last are kept.
std::vector<double> best_so_far(const std::vector<store::TrainingJob>& trials, bool maximize,
                                std::size_t points);

class Summaries {
 public:
  static constexpr std::size_t kCurvePoints = 48;

  Result<std::shared_ptr<const TuningJobSummary>> of(store::Reader& reader, store::TuningJob job);

 private:
  static constexpr std::size_t kMaxKept = 2000;

  std::mutex mutex_;
  // Guarded by mutex_: by id. Emptied when it grows too large.
  std::unordered_map<std::int64_t, std::shared_ptr<const TuningJobSummary>> ended_;
};

}  // namespace tunesmith::console
