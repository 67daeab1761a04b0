// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "base/log.h"
#include "store/sqlite/inventory.h"
#include "training/job_folder.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace tunesmith::app {

std::size_t Retention::sweep(const store::Database& database, Timestamp ended_before, Part part,
                             const std::filesystem::path& jobs_folder,
                             const std::stop_token& stop) {
  const auto ended = store::ended_training_jobs(database, to_millis(ended_before));
  if (!ended) {
    log::warning("retention: {}", ended.error().message);
    return 0;
  }
  std::size_t removed = 0;
  for (const std::int64_t id : *ended) {
    if (stop.stop_requested()) break;
    std::error_code failed;
    const training::JobFolder job(jobs_folder / std::to_string(id));
    const auto folder = part == Part::kMl ? job.ml() : job.root();
    if (!std::filesystem::exists(folder, failed)) continue;
    std::filesystem::remove_all(folder, failed);
    if (failed) {
      log::warning("retention: remove {}: {}", folder.string(), failed.message());
    } else {
      ++removed;
    }
  }
  if (removed > 0) {
    log::info("retention: removed {} of {} ended jobs",
              part == Part::kMl ? "what was left of /opt/ml" : "the folders", removed);
  }
  return removed;
}

Retention::Retention(const store::Database& database, const store::Store& store,
                     store::MetricLog& metrics, objects::ObjectStore& objects, const Clock& clock,
                     std::filesystem::path jobs_folder, const RetentionRules& rules) {
  thread_ = std::jthread([&database, &store, &metrics, &objects, &clock,
                          folder = std::move(jobs_folder), rules](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const Timestamp now = clock.now();
      // A runner that has just been heard removes its own.
      sweep(database, now - std::chrono::minutes(10), Part::kMl, folder, stop);
      if (rules.keep_jobs.count() > 0)
        sweep(database, now - rules.keep_jobs, Part::kAll, folder, stop);
      const auto swept = sweep_artifacts(database, store, objects, rules.artifacts, now, stop);
      if (!swept) log::warning("retention: {}", swept.error().message);
      if (const auto forgotten = metrics.forget(now - store::kMetricsKept); !forgotten)
        log::warning("retention: metrics: {}", forgotten.error().message);
      changed.wait_for(lock, stop, std::chrono::hours(1), [] { return false; });
    }
  });
}

}  // namespace tunesmith::app
