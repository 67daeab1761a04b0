// SPDX-License-Identifier: Apache-2.0
//
// Removes what ended training jobs leave in the data directory (log, runner's log), and what they
// stored (artifact_retention.h), once they have been over for as long as their owner wants; and
// what nobody wants: an /opt/ml that neither a runner nor the server lived to remove, and metrics
// of more than two weeks ago. At the start and every hour. Rows of jobs stay.
#pragma once

#include "app/artifact_retention.h"
#include "base/clock.h"
#include "objects/object_store.h"
#include "store/metric_log.h"
#include "store/sqlite/database.h"
#include "store/store.h"

#include <chrono>
#include <filesystem>
#include <thread>

namespace tunesmith::app {

/// 0: for ever.
struct RetentionRules {
  std::chrono::hours keep_jobs{0};  // folders of training jobs, with their logs
  ArtifactRules artifacts{};
};

class Retention {
 public:
  /// What it is made of outlives this; the destructor ends the thread.
  Retention(const store::Database& database, const store::Store& store, store::MetricLog& metrics,
            objects::ObjectStore& objects, const Clock& clock, std::filesystem::path jobs_folder,
            const RetentionRules& rules);

  enum class Part { kAll, kMl };
  /// One round, on the caller's thread: of how many jobs' folders that part was there and removed.
  static std::size_t sweep(const store::Database& database, Timestamp ended_before, Part part,
                           const std::filesystem::path& jobs_folder, const std::stop_token& stop);

 private:
  std::jthread thread_;
};

}  // namespace tunesmith::app
