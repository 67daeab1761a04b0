// SPDX-License-Identifier: Apache-2.0
#include "backup/file_copy.h"

#include "base/files.h"
#include "base/random.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tunesmith::backup {
namespace {

Result<void> copy_bytes(int from, int to) {
  if (::ioctl(to, FICLONE, from) == 0) return {};
  std::string buffer(1U << 20U, '\0');
  for (;;) {
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read");
    if (n == 0) return {};
    TUNESMITH_TRY_VOID(write_all(to, std::string_view(buffer.data(), static_cast<std::size_t>(n))));
  }
}

}  // namespace

Result<void> copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return Error::from_errno(errno, "open " + from.string());
  struct stat info{};
  if (::fstat(source.get(), &info) != 0) return Error::from_errno(errno, "stat " + from.string());
  const std::filesystem::path temporary = to.string() + ".tmp-" + random_hex(6);
  const FileDescriptor target(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, info.st_mode & 0777U));
  if (!target) return Error::from_errno(errno, "create " + temporary.string());
  auto copied = copy_bytes(source.get(), target.get());
  if (copied && ::fsync(target.get()) != 0) copied = Error::from_errno(errno, "fsync");
  if (copied && ::rename(temporary.c_str(), to.c_str()) != 0) {
    copied = Error::from_errno(errno, "rename");
  }
  if (!copied) {
    ::unlink(temporary.c_str());
    return copied.error().with_context("copy " + from.string() + " to " + to.string());
  }
  return {};
}

Result<void> make_private_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error::from_errno(failed.value(), "make folder " + folder.string());
  if (::chmod(folder.c_str(), 0700) != 0) {
    return Error::from_errno(errno, "chmod " + folder.string());
  }
  return {};
}

Result<FileDescriptor> hold_backup(const std::filesystem::path& folder, int how) {
  FileDescriptor held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!held) return Error::from_errno(errno, "open " + folder.string());
  if (::flock(held.get(), how | LOCK_NB) == 0) return held;
  if (errno != EWOULDBLOCK) return Error::from_errno(errno, "lock " + folder.string());
  return Error(ErrorKind::kConflict,
               "another backup into " + folder.string() + ", or a restore from it, is running");
}

}  // namespace tunesmith::backup
