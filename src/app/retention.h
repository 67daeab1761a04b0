// SPDX-License-Identifier: Apache-2.0
//
// Removes what ended training jobs leave in the data directory (log, runner's log, leftovers of
// /opt/ml) once they have been over for so long, at the start and every hour. What they stored
// (models, checkpoints) are objects: their owner's to delete. Rows stay.
#pragma once

#include "base/clock.h"
#include "store/sqlite/database.h"

#include <chrono>
#include <filesystem>
#include <thread>

namespace tunesmith::app {

class Retention {
 public:
  /// `keep` 0: for ever, nothing is done. Both outlive this; the destructor ends the thread.
  Retention(const store::Database& database, const Clock& clock, std::filesystem::path jobs_folder,
            std::chrono::hours keep);

  /// One round, on the caller's thread: how many folders were removed.
  static std::size_t sweep(const store::Database& database, Timestamp ended_before,
                           const std::filesystem::path& jobs_folder, const std::stop_token& stop);

 private:
  std::jthread thread_;
};

}  // namespace tunesmith::app
