// SPDX-License-Identifier: Apache-2.0
//
// What the reconciler (tuning_jobs.h) keeps in memory of a living tuning job: its row, its search,
// the facts that decide() looks at, and how far the search's ordered log of asks, tells and reports
// has come. All of it can be rebuilt from the store at any time. One thread.
#pragma once

#include "base/result.h"
#include "orchestration/decide.h"
#include "orchestration/search.h"
#include "orchestration/tuning_spec.h"
#include "store/store.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace tunesmith::orchestration {

/// Trials stand at index trial number - 1.
struct LiveTuningJob {
  store::TuningJob job;
  TuningSpec spec;
  std::unique_ptr<Search> search;
  TuningFacts facts;
  std::vector<std::int64_t> training_job_ids;
  std::map<std::int64_t, std::size_t> index_of;  // training job id -> index
  std::vector<std::int64_t> reported;            // how far each trial's reports have been taken in
  std::int64_t log_length = 0;                   // asks, tells and reports so far
  std::vector<std::size_t> untold;  // ended, not yet told to the search, in order of arrival

  /// The next trial.
  void add_trial(const store::TrainingJob& row);
  /// What has become of a living trial. One that has ended stays as it is: ends may be reported
  /// more than once.
  void take_state(std::size_t index, const store::TrainingJob& row);
  /// A value that a living trial has reported, to the search, which may have seen enough of it.
  Result<void> report(std::size_t index, std::int64_t resource, double value);
  /// The end of a trial, to the search.
  Result<void> tell(std::size_t index);
};

/// Reads the job and replays its search. kNotFound without it; kCorrupt when its description is not
/// understood, no search can be made of it, or its log has gaps.
Result<std::unique_ptr<LiveTuningJob>> load_tuning_job(const store::Store& store,
                                                       const SearchFactory& searches,
                                                       std::int64_t tuning_job_id);

}  // namespace tunesmith::orchestration
