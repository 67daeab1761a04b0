// SPDX-License-Identifier: Apache-2.0
#include "backup/backup.h"

#include "base/files.h"
#include "objects/blob_hold.h"
#include "objects/blob_path.h"
#include "store/sqlite/database.h"
#include "store/sqlite/inventory.h"

#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <set>
#include <string>
#include <unordered_set>

#include "backup/file_copy.h"

namespace tunesmith::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlobIdSize = 32;

/// Whatever links lead there.
bool is_below(const fs::path& folder, const fs::path& path) {
  std::error_code failed;
  const fs::path above = fs::canonical(folder, failed);
  if (failed) return false;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path), failed);
  if (failed) return false;
  const fs::path relative = whole.lexically_relative(above);
  return !relative.empty() && *relative.begin() != "..";
}

class Run {
 public:
  Run(fs::path data, fs::path target) : data_(std::move(data)), target_(std::move(target)) {}

  Result<BackupReport> run() {
    TUNESMITH_TRY_VOID(check());
    TUNESMITH_TRY_VOID(make_private_folder(target_));
    // Two at once would drop each other's blobs.
    TUNESMITH_TRY(const FileDescriptor alone, hold_backup(target_, LOCK_EX));
    TUNESMITH_TRY_VOID(make_private_folder(target_ / "objects"));
    // Most of the bytes are copied while the server may delete what it likes.
    TUNESMITH_TRY_VOID(copy_all_blobs());
    std::unordered_set<std::string> named;
    {
      TUNESMITH_TRY(const FileDescriptor hold, objects::hold_blobs(data_ / "objects"));
      TUNESMITH_TRY_VOID(snapshot(named));
    }
    TUNESMITH_TRY_VOID(copy_beside());
    for (const fs::path& folder : touched_) TUNESMITH_TRY_VOID(fsync_path(folder));
    const fs::path database = target_ / "tunesmith.db";
    TUNESMITH_TRY_VOID(fsync_path(incoming()));
    if (::rename(incoming().c_str(), database.c_str()) != 0) {
      return Error::from_errno(errno, "rename to " + database.string());
    }
    TUNESMITH_TRY_VOID(fsync_path(target_));
    drop_others(named);
    report_.blobs = named.size();
    return report_;
  }

 private:
  fs::path incoming() const { return target_ / "tunesmith.db.incoming"; }

  Result<void> check() const {
    if (!fs::exists(data_ / "tunesmith.db")) {
      return Error(ErrorKind::kNotFound, data_.string() + " is no data directory of Tunesmith");
    }
    std::error_code failed;
    if (fs::exists(target_ / "lock") || fs::equivalent(data_, target_, failed)) {
      return Error(ErrorKind::kInvalid,
                   target_.string() + " is a server's data directory, not a place for backups");
    }
    // What is below objects/incoming is removed at each start, and backups would hold backups.
    for (const fs::path& folder : {data_, data_ / "objects"}) {
      if (is_below(folder, target_)) {
        return Error(ErrorKind::kInvalid, target_.string() + " is in the data directory " +
                                              data_.string() + ", which is no place for backups");
      }
    }
    const bool ours = fs::exists(target_ / "tunesmith.db") || fs::exists(target_ / "objects");
    if (fs::exists(target_) && !ours && !fs::is_empty(target_, failed)) {
      return Error(ErrorKind::kInvalid, target_.string() + " holds something else");
    }
    return {};
  }

  /// False: the blob is gone.
  Result<bool> copy_blob(const std::string& id) {
    const fs::path to = objects::blob_path(target_ / "objects", id);
    // One that an interrupted backup left may not be known to its folder durably.
    touched_.insert(to.parent_path());
    // Blobs never change: one that is there is the same one.
    if (fs::exists(to)) return true;
    TUNESMITH_TRY_VOID(make_private_folder(to.parent_path()));
    const auto copied = copy_file_durably(objects::blob_path(data_ / "objects", id), to);
    if (!copied && copied.error().kind == ErrorKind::kNotFound) return false;
    if (!copied) return copied.error();
    touched_.insert(target_ / "objects");
    ++report_.copied_blobs;
    std::error_code failed;
    report_.copied_bytes += fs::file_size(to, failed);
    return true;
  }

  Result<void> copy_all_blobs() {
    std::error_code failed;
    for (const auto& folder : fs::directory_iterator(data_ / "objects", failed)) {
      if (folder.path().filename().string().size() != 2) continue;
      for (const auto& file : fs::directory_iterator(folder.path(), failed)) {
        const std::string id = file.path().filename().string();
        if (id.size() != kBlobIdSize) continue;
        TUNESMITH_TRY_VOID(copy_blob(id));
      }
    }
    if (failed) return Error::from_errno(failed.value(), "list " + (data_ / "objects").string());
    return {};
  }

  /// A copy of the database, and the blobs of its rows, which are held; their ids into `named`.
  Result<void> snapshot(std::unordered_set<std::string>& named) {
    std::error_code ignored;
    fs::remove(incoming(), ignored);
    TUNESMITH_TRY_VOID(store::copy_database(data_ / "tunesmith.db", incoming()));
    TUNESMITH_TRY(const auto database, store::Database::open_read_only(incoming()));
    TUNESMITH_TRY_VOID(
        store::for_each_stored_blob(*database, [&](const store::StoredBlob& blob) -> Result<void> {
          named.insert(blob.blob);
          TUNESMITH_TRY(const bool there, copy_blob(blob.blob));
          if (there) return {};
          return Error(ErrorKind::kCorrupt, blob.owner + ": blob " + blob.blob + " is missing");
        }));
    TUNESMITH_TRY(ended_, store::ended_training_jobs(*database));
    return {};
  }

  /// Keys, secrets, the logs of ended jobs and the audit log: files that are replaced or appended
  /// to.
  Result<void> copy_beside() {
    constexpr std::array<const char*, 2> kFiles = {"credentials", "sagemaker-config.yaml"};
    for (const char* name : kFiles) TUNESMITH_TRY_VOID(copy_if_there(data_ / name, target_ / name));
    std::error_code failed;
    for (const auto& file : fs::directory_iterator(data_, failed)) {
      const std::string name = file.path().filename().string();
      if (!name.starts_with("audit")) continue;
      TUNESMITH_TRY_VOID(copy_if_there(file.path(), target_ / name));
    }
    TUNESMITH_TRY_VOID(make_private_folder(target_ / "secrets"));
    for (const auto& file : fs::directory_iterator(data_ / "secrets", failed)) {
      TUNESMITH_TRY_VOID(copy_if_there(file.path(), target_ / "secrets" / file.path().filename()));
    }
    for (const std::int64_t id : ended_) {
      const fs::path from = data_ / "jobs" / std::to_string(id) / "log";
      const fs::path to = target_ / "jobs" / std::to_string(id) / "log";
      std::error_code missing;
      if (!fs::exists(from, missing) || fs::exists(to, missing)) continue;
      TUNESMITH_TRY_VOID(make_private_folder(to.parent_path()));
      TUNESMITH_TRY_VOID(copy_if_there(from, to));
      ++report_.logs;
    }
    return {};
  }

  Result<void> copy_if_there(const fs::path& from, const fs::path& to) {
    const auto copied = copy_file_durably(from, to);
    if (!copied && copied.error().kind != ErrorKind::kNotFound) return copied.error();
    if (copied) touched_.insert(to.parent_path());
    return {};
  }

  /// Blobs of earlier backups that no row names any longer.
  void drop_others(const std::unordered_set<std::string>& named) const {
    std::error_code failed;
    for (const auto& folder : fs::directory_iterator(target_ / "objects", failed)) {
      for (const auto& file : fs::directory_iterator(folder.path(), failed)) {
        std::error_code ignored;
        if (!named.contains(file.path().filename().string())) fs::remove(file.path(), ignored);
      }
    }
  }

  const fs::path data_, target_;
  std::vector<std::int64_t> ended_;
  std::set<fs::path> touched_;  // folders that have new names in them
  BackupReport report_;
};

}  // namespace

Result<BackupReport> back_up(const fs::path& data, const fs::path& target) {
  try {
    return Run(data, target).run();
  } catch (const fs::filesystem_error& failed) {
    return Error::from_errno(failed.code().value(), failed.what());
  }
}

}  // namespace tunesmith::backup
