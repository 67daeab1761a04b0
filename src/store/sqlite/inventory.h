// SPDX-License-Identifier: Apache-2.0
//
// A look at a whole database from beside the server that may be using it: a consistent copy, which
// blobs its rows name and what they must hold, and whether its rows fit together. For backup and
// verification. Thread safe.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tunesmith::store {

class Database;

/// Writes what the database held at one instant into the new file `target`. Other processes may go
/// on to write. The file is not yet durable.
Result<void> copy_database(const std::filesystem::path& database,
                           const std::filesystem::path& target);

/// A blob that a row names.
struct StoredBlob {
  std::string owner;    // "s3://bucket/key", for people
  std::string version;  // of the object, or the upload's id
  std::string blob;
  std::uint64_t size = 0;
  std::string md5;  // hexadecimal; empty when it is not known
};

/// Of objects and of the parts of unfinished uploads. Not ordered.
Result<void> for_each_stored_blob(const Database& database,
                                  const std::function<Result<void>(const StoredBlob&)>& visit);
/// Whether a row names the blob now.
Result<bool> names_blob(const Database& database, const StoredBlob& blob);

/// Ids of the training jobs that have ended; before `ended_before` (milliseconds) when it is not 0.
Result<std::vector<std::int64_t>> ended_training_jobs(const Database& database,
                                                      std::int64_t ended_before = 0);

/// What is wrong inside the file and between its rows, one line each; empty: nothing.
Result<std::vector<std::string>> check_database(const Database& database);

}  // namespace tunesmith::store
