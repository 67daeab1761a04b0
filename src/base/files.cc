// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include "base/failure_point.h"
#include "base/random.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace tunesmith {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno(errno, "open " + path.string());
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return Error::from_errno(errno, "stat " + path.string());
  std::string content;
  content.reserve(static_cast<std::size_t>(info.st_size));
  // Large enough to meet the end of a small file in one read; /proc says that its files are empty.
  const auto size = static_cast<std::size_t>(info.st_size);
  std::string buffer(std::clamp<std::size_t>(size + 1, 4096, 1U << 16U), '\0');
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read " + path.string());
    if (n == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(n));
    if (content.size() > limit) {
      return Error(ErrorKind::kLimitExceeded,
                   "read " + path.string() + ": larger than " + std::to_string(limit) + " bytes");
    }
  }
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> fsync_path(const std::filesystem::path& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error::from_errno(errno, "open " + path.string());
  if (::fsync(fd.get()) != 0) return Error::from_errno(errno, "fsync " + path.string());
  return {};
}

Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content,
                                int mode) {
  const std::filesystem::path temporary = path.string() + ".tmp-" + random_hex(6);
  {
    const FileDescriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return Error::from_errno(errno, "create " + temporary.string());
    auto written = write_all(fd.get(), content);
    failure_point::reach("file.written");
    if (written && ::fsync(fd.get()) != 0) written = Error::from_errno(errno, "fsync");
    if (!written) {
      ::unlink(temporary.c_str());
      return written.error().with_context(temporary.string());
    }
    failure_point::reach("file.synced");
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int saved = errno;
    ::unlink(temporary.c_str());
    return Error::from_errno(saved, "rename to " + path.string());
  }
  failure_point::reach("file.renamed");
  return fsync_path(path.parent_path().empty() ? "." : path.parent_path());
}

}  // namespace tunesmith
