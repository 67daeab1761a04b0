// SPDX-License-Identifier: Apache-2.0
#include "backup/restore.h"

#include "base/files.h"

#include <sys/file.h>

#include <string>
#include <vector>

#include "backup/file_copy.h"

namespace tunesmith::backup {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDatabase = "tunesmith.db";

Result<void> copy_tree(const fs::path& source, const fs::path& data) {
  std::vector<fs::path> folders = {data};
  TUNESMITH_TRY_VOID(make_private_folder(data));
  TUNESMITH_TRY_VOID(write_file_durably(data / kRestoreMark, fs::absolute(source).string(), 0600));
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    const fs::path to = data / entry.path().lexically_relative(source);
    if (entry.is_symlink()) {
      return Error(ErrorKind::kInvalid,
                   entry.path().string() + " is a symbolic link: no backup of ours has one");
    }
    if (entry.is_directory()) {
      TUNESMITH_TRY_VOID(make_private_folder(to));
      folders.push_back(to);
    } else if (entry.is_regular_file() && entry.path() != source / kDatabase) {
      TUNESMITH_TRY_VOID(copy_file_durably(entry.path(), to));
    }
  }
  for (const fs::path& folder : folders) TUNESMITH_TRY_VOID(fsync_path(folder));
  TUNESMITH_TRY_VOID(copy_file_durably(source / kDatabase, data / kDatabase));
  TUNESMITH_TRY_VOID(fsync_path(data));
  fs::remove(data / kRestoreMark);
  return fsync_path(data);
}

/// That `data` takes a restore from there.
Result<void> check_target(const fs::path& source, const fs::path& data) {
  if (!fs::exists(data) || fs::is_empty(data)) return {};
  if (!fs::exists(data / kRestoreMark))
    return Error(ErrorKind::kInvalid, data.string() + " is not empty");
  TUNESMITH_TRY(const std::string begun, read_file(data / kRestoreMark, 4096));
  if (begun == fs::absolute(source).string()) return {};
  return Error(ErrorKind::kInvalid, "a restore from " + begun + " into " + data.string() +
                                        " was not finished: run that again, or delete it");
}

}  // namespace

Result<void> restore(const fs::path& source, const fs::path& data) {
  try {
    if (!fs::exists(source / kDatabase) || !fs::exists(source / "objects")) {
      return Error(ErrorKind::kNotFound, source.string() + " holds no complete backup");
    }
    TUNESMITH_TRY_VOID(check_target(source, data));
    // No backup may drop what is being copied.
    TUNESMITH_TRY(const FileDescriptor held, hold_backup(source, LOCK_SH));
    return copy_tree(source, data);
  } catch (const fs::filesystem_error& failed) {
    return Error::from_errno(failed.code().value(), failed.what());
  }
}

}  // namespace tunesmith::backup
