// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "base/log.h"
#include "store/sqlite/inventory.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace tunesmith::app {

std::size_t Retention::sweep(const store::Database& database, Timestamp ended_before,
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
    const auto folder = jobs_folder / std::to_string(id);
    if (!std::filesystem::exists(folder, failed)) continue;
    std::filesystem::remove_all(folder, failed);
    if (failed) {
      log::warning("retention: remove {}: {}", folder.string(), failed.message());
    } else {
      ++removed;
    }
  }
  if (removed > 0) log::info("retention: removed the folders of {} ended jobs", removed);
  return removed;
}

Retention::Retention(const store::Database& database, const Clock& clock,
                     std::filesystem::path jobs_folder, std::chrono::hours keep) {
  if (keep.count() == 0) return;
  thread_ = std::jthread(
      [&database, &clock, folder = std::move(jobs_folder), keep](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
          sweep(database, clock.now() - keep, folder, stop);
          changed.wait_for(lock, stop, std::chrono::hours(1), [] { return false; });
        }
      });
}

}  // namespace tunesmith::app
