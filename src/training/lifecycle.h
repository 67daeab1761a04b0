// SPDX-License-Identifier: Apache-2.0
//
// The state machine of one training job as pure functions on its row: no clock, no store, no
// process. Starting -> Downloading -> Training -> Uploading -> Completed | Failed | Stopped |
// MaxRuntimeExceeded, with Stopping in between when somebody asks. A terminal state never changes
// again.
#pragma once

#include "base/result.h"
#include "store/records.h"

#include <optional>
#include <string>
#include <vector>

namespace tunesmith::training {

/// A new row: InProgress, Starting.
store::TrainingJob new_training_job(std::string region, std::string name, Timestamp now);

/// Ends the current secondary status and begins the next. No effect when it is the current one.
void enter(store::TrainingJob& job, std::string_view secondary_status, Timestamp now);

/// As enter(), for what a runner says: no effect when the attempt has been through that status
/// (reports are repeated when their answers are lost) or the job is to stop.
void enter_reported(store::TrainingJob& job, std::string_view secondary_status, Timestamp when);

/// A runner takes the attempt over. Idempotent for the same runner. kConflict when the job has
/// ended, the attempt is not the current one, or another runner claimed it.
Result<void> claim(store::TrainingJob& job, std::int64_t attempt, const std::string& runner,
                   Timestamp now);

/// kConflict unless a runner holds that attempt of a living job.
Result<void> check_attempt(const store::TrainingJob& job, std::int64_t attempt);

/// The previous runner is gone without a result: a further attempt, from Starting. `spot`: of
/// managed spot training, which calls that an interruption.
void begin_next_attempt(store::TrainingJob& job, bool spot, Timestamp now);

/// Marks the job as Stopping; false when it has ended or is stopping already. `early`: it is a
/// trial of which its search has seen enough.
bool request_stop(store::TrainingJob& job, Timestamp now, bool early = false);

enum class Ending { kCompleted, kFailed, kStopped, kMaxRuntimeExceeded, kMaxWaitTimeExceeded };

/// How a job ended.
struct JobEnd {
  Ending ending = Ending::kFailed;
  std::string failure_reason;  // for kFailed
  std::optional<Timestamp> training_started, training_ended;
  std::vector<store::FinalMetric> final_metrics;
  std::string objective_metric;  // of a trial; else empty
};

/// Ends the job. kConflict when it has ended already.
Result<void> finish(store::TrainingJob& job, const JobEnd& end, Timestamp now);

}  // namespace tunesmith::training
