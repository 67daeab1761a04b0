// SPDX-License-Identifier: Apache-2.0
#include "training/wait_reason.h"

#include "base/log.h"

#include <algorithm>

namespace tunesmith::training {

bool explain_wait(store::TrainingJob& job, std::string_view reason, Timestamp now) {
  if (job.ended || job.transitions.empty() || job.secondary_status != "Starting") return false;
  std::string& message = job.transitions.back().message;
  if (message == reason) return false;
  message = reason;
  job.modified = std::max(job.modified, now);
  return true;
}

void explain_wait(store::Store& store, store::TrainingJob job, std::string_view reason,
                  Timestamp now) {
  const std::int64_t id = job.id;
  if (!explain_wait(job, reason, now)) return;
  const auto written = store.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(store::TrainingJob row, t.training_job(id));
    return explain_wait(row, reason, now) ? t.update(row) : Result<void>();
  });
  if (!written) log::warning("training job {}: {}", job.name, written.error().message);
}

}  // namespace tunesmith::training
