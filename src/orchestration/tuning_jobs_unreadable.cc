// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a tuning job whose stored description this program does not understand (a damaged
// row, or one of a later version): it fails, with the reason, and all others go on.
#include "base/log.h"
#include "orchestration/tuning_jobs.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::orchestration {

Result<void> TuningJobs::give_up(std::int64_t id, const std::string& why) {
  std::vector<store::TrainingJob> trials;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(store::TuningJob job, t.tuning_job(id));
    if (job.ended) return {};
    TUNESMITH_TRY(trials, t.trials(id));
    job.status = store::JobStatus::kFailed;
    job.failure_reason = "InternalServerError: the stored tuning job cannot be read: " + why;
    job.modified = std::max(clock_.now(), job.modified);
    job.ended = job.modified;
    TUNESMITH_TRY_VOID(t.erase_search_log(id));
    log::error("tuning job {} is Failed: {}", job.name, why);
    return t.update(job);
  }));
  for (const store::TrainingJob& trial : trials) {
    if (trial.ended) continue;
    const auto stopped = executor_.stop(trial.id, false);
    if (!stopped && stopped.error().kind != ErrorKind::kConflict)
      log::error("training job {}: {}", trial.name, stopped.error().message);
  }
  observer_(id);
  return {};
}

}  // namespace tunesmith::orchestration
