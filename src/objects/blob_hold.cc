// SPDX-License-Identifier: Apache-2.0
#include "objects/blob_hold.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace tunesmith::objects {
namespace {

Result<FileDescriptor> open_folder(const std::filesystem::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file) return Error::from_errno(errno, "open " + folder.string());
  return file;
}

}  // namespace

Result<FileDescriptor> hold_blobs(const std::filesystem::path& folder) {
  TUNESMITH_TRY(FileDescriptor file, open_folder(folder));
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return Error::from_errno(errno, "lock " + folder.string());
  }
  return file;
}

std::optional<FileDescriptor> begin_deleting_blobs(const std::filesystem::path& folder) {
  auto file = open_folder(folder);
  if (!file || ::flock(file->get(), LOCK_SH | LOCK_NB) != 0) return std::nullopt;
  return std::move(*file);
}

}  // namespace tunesmith::objects
