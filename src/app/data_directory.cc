// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include "base/log.h"
#include "base/random.h"
#include "base/strings.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "backup/restore.h"

namespace tunesmith::app {

namespace fs = std::filesystem;

DataDirectory::DataDirectory(const fs::path& root) {
  std::error_code ec;
  root_ = fs::absolute(root, ec).lexically_normal();
  if (ec) root_ = root;
}

fs::path DataDirectory::default_path() {
  // NOLINTBEGIN(concurrency-mt-unsafe): read once, at the start of a command
  if (const char* given = std::getenv("TUNESMITH_DATA_DIR"); given != nullptr && *given != '\0')
    return given;
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg != '\0') {
    return fs::path(xdg) / "tunesmith";
  }
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  return fs::path(home != nullptr ? home : "/var/lib") / ".local/share/tunesmith";
}

namespace {

/// Waits a moment: a server that was killed while it started a process is outlived by the child
/// that has its descriptors and no program of its own yet, and so by its lock.
bool lock_soon(int file) {
  constexpr int kTries = 100;
  for (int tries = 1; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (tries == kTries) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// Asks ext4 to place each folder in `path` apart from the others. A job makes and deletes some
/// twenty files; all in one place, each new file costs a look at every one deleted in the last
/// minute. Other file systems refuse, and lose nothing.
void spread_folders(const fs::path& path) {
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  unsigned int flags = 0;
  if (!folder || ::ioctl(folder.get(), FS_IOC_GETFLAGS, &flags) != 0) return;
  flags |= FS_TOPDIR_FL;
  (void)::ioctl(folder.get(), FS_IOC_SETFLAGS, &flags);
}

/// What is made in the folder of a server that runs as another user, that server could not read;
/// and whoever has the folder could put something else in the place of what is in it. Root is
/// believed to know: the folder may be a container's volume.
Result<void> check_owner(const fs::path& root) {
  struct stat status{};
  if (::stat(root.c_str(), &status) != 0)
    return Error::from_errno(errno, "look at " + root.string());
  if (status.st_uid == ::geteuid()) return {};
  if (::geteuid() == 0) {
    log::warning(
        "the data directory {} belongs to user {}, who may read and change what root keeps in it",
        root.string(), status.st_uid);
    return {};
  }
  return Error(ErrorKind::kDenied,
               fmt::format("the data directory {} belongs to user {}, and this is user {}: run as "
                           "its owner, or make it and what is in it yours (chown -R)",
                           root.string(), status.st_uid, ::geteuid()));
}

bool holds_objects(const fs::path& objects) {
  for (const auto& folder : fs::directory_iterator(objects)) {
    // Those of blobs have two digits.
    if (folder.path().filename().string().size() == 2 && !fs::is_empty(folder.path())) return true;
  }
  return false;
}

/// A start with a database that it made itself would take all objects for left-overs and delete
/// them. An empty file is a database that is still to be made.
Result<void> check_whole(const DataDirectory& directory) {
  try {
    const std::string root = directory.root().string();
    if (fs::exists(directory.root() / backup::kRestoreMark)) {
      return Error(ErrorKind::kConflict,
                   "a restore into " + root + " was not finished: run it again");
    }
    const bool is_new =
        !fs::exists(directory.database()) || fs::file_size(directory.database()) == 0;
    if (is_new && holds_objects(directory.objects())) {
      return Error(ErrorKind::kCorrupt, "the data directory " + root +
                                            " has objects but no database: put " +
                                            directory.database().string() +
                                            " back, or restore a backup into another directory");
    }
    return {};
  } catch (const fs::filesystem_error& failed) {
    return Error::from_errno(failed.code().value(), failed.what());
  }
}

}  // namespace

Result<FileDescriptor> DataDirectory::take() const {
  std::error_code ec;
  fs::create_directories(root_, ec);
  if (ec) return Error::from_errno(ec.value(), "make data directory " + root_.string());
  TUNESMITH_TRY_VOID(check_owner(root_));
  ::chmod(root_.c_str(), 0700);
  for (const auto& folder : {objects(), jobs(), hosts(), secrets()}) {
    fs::create_directories(folder, ec);
    if (ec) return Error::from_errno(ec.value(), "make " + folder.string());
    ::chmod(folder.c_str(), 0700);
  }
  spread_folders(jobs());
  FileDescriptor lock(::open((root_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return Error::from_errno(errno, "open " + (root_ / "lock").string());
  if (!lock_soon(lock.get())) {
    if (errno == EWOULDBLOCK) {
      return Error(ErrorKind::kConflict,
                   "another server uses the data directory " + root_.string());
    }
    return Error::from_errno(errno, "lock " + (root_ / "lock").string());
  }
  TUNESMITH_TRY_VOID(check_whole(*this));
  return lock;
}

Result<std::string> DataDirectory::secret(const std::string& name) const {
  const fs::path path = secrets() / name;
  auto known = read_file(path, 1024);
  if (known) {
    std::string text(trim(*known));
    if (text.size() == 64) return text;
    return Error(ErrorKind::kCorrupt, path.string() + " does not hold a secret");
  }
  if (known.error().kind != ErrorKind::kNotFound) return known.error();
  std::string made = random_hex(32);
  TUNESMITH_TRY_VOID(write_file_durably(path, made + "\n", 0600));
  return made;
}

std::optional<std::string> DataDirectory::endpoint() const {
  const auto text = read_file(root_ / "endpoint", 1024);
  if (!text) return std::nullopt;
  return std::string(trim(*text));
}

std::optional<std::string> DataDirectory::public_endpoint() const {
  const auto text = read_file(root_ / "public-endpoint", 1024);
  if (!text) return std::nullopt;
  return std::string(trim(*text));
}

Result<void> DataDirectory::set_public_endpoint(const std::string& host_and_port) const {
  const fs::path file = root_ / "public-endpoint";
  if (host_and_port.empty()) {
    std::error_code ec;
    fs::remove(file, ec);
    return {};
  }
  if (public_endpoint() == host_and_port) return {};
  return write_file_durably(file, host_and_port + "\n", 0600);
}

Result<void> DataDirectory::set_endpoint(const std::string& host_and_port) const {
  if (endpoint() == host_and_port) return {};
  return write_file_durably(root_ / "endpoint", host_and_port + "\n", 0600);
}

}  // namespace tunesmith::app
