// SPDX-License-Identifier: Apache-2.0
//
// File descriptors that close themselves, and files that survive power loss once written.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace tunesmith {

/// Owns a file descriptor. -1 means none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset();
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Everything in a file. kLimitExceeded when it is larger than `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64U << 20U);

/// Replaces `path` as one step that survives power loss: temporary name in the same folder, write,
/// fsync, rename, fsync the folder.
Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content,
                                int mode = 0600);

Result<void> fsync_path(const std::filesystem::path& path);
/// Writes all of `bytes`, going on after short writes.
Result<void> write_all(int fd, std::string_view bytes);

}  // namespace tunesmith
