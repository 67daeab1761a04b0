// SPDX-License-Identifier: Apache-2.0
//
// Copies a data directory, beside a server that may be using it, to a folder that is a data
// directory itself: what the database held at one instant and every byte that its rows name, with
// keys and secrets, the logs of ended jobs and the audit log. A backup into the folder of an
// earlier one copies only what is new; until its last step the folder is the earlier backup.
//
//   1. every blob that is there;  2. the database;  3. the blobs it names that came in between.
//   A blob that was made and deleted in between is missing then: 2 and 3 again.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>

namespace tunesmith::backup {

struct BackupReport {
  std::size_t blobs = 0;         // in the backup
  std::size_t copied_blobs = 0;  // by this run
  std::uint64_t copied_bytes = 0;
  std::size_t logs = 0;
};

/// kNotFound when `data` is no data directory; kInvalid when `target` holds something else.
Result<BackupReport> back_up(const std::filesystem::path& data,
                             const std::filesystem::path& target);

}  // namespace tunesmith::backup
