// SPDX-License-Identifier: Apache-2.0
#include "training/job_folder.h"

#include "base/strings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

namespace tunesmith::training {
namespace {

struct flock whole_file(short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

Result<std::string> boot_id() {
  TUNESMITH_TRY(const std::string text, read_file("/proc/sys/kernel/random/boot_id", 256));
  return std::string(trim(text));
}

}  // namespace

Result<FileDescriptor> take_lock(const JobFolder& folder) {
  FileDescriptor fd(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno(errno, "open " + folder.lock().string());
  struct flock lock = whole_file(F_WRLCK);
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
    if (errno == EAGAIN || errno == EACCES) {
      return Error(ErrorKind::kConflict, "a runner holds " + folder.lock().string());
    }
    return Error::from_errno(errno, "lock " + folder.lock().string());
  }
  return fd;
}

Result<bool> is_locked(const JobFolder& folder) {
  const FileDescriptor fd(::open(folder.lock().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return false;
  if (!fd) return Error::from_errno(errno, "open " + folder.lock().string());
  struct flock lock = whole_file(F_WRLCK);
  if (::fcntl(fd.get(), F_OFD_GETLK, &lock) != 0) {
    return Error::from_errno(errno, "look at the lock of " + folder.lock().string());
  }
  return lock.l_type != F_UNLCK;
}

bool adopt_lock(const JobFolder& folder, int fd) {
  struct stat given{};
  struct stat file{};
  if (::fstat(fd, &given) != 0 || ::stat(folder.lock().c_str(), &file) != 0) return false;
  if (given.st_dev != file.st_dev || given.st_ino != file.st_ino) return false;
  struct flock lock = whole_file(F_WRLCK);
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

std::string print_identity_line(const ProcessIdentity& identity) {
  return identity.boot_id + " " + std::to_string(identity.pid) + " " +
         std::to_string(identity.start_ticks) + "\n";
}

std::optional<ProcessIdentity> parse_identity_line(std::string_view text) {
  const auto fields = split(trim(text), ' ');
  const auto pid = fields.size() == 3 ? parse_int(fields[1]) : std::nullopt;
  const auto ticks = fields.size() == 3 ? parse_int(fields[2]) : std::nullopt;
  if (!pid || !ticks || *pid <= 0 || *ticks < 0) return std::nullopt;
  return ProcessIdentity{std::string(fields[0]), *pid, static_cast<std::uint64_t>(*ticks)};
}

Result<ProcessIdentity> read_identity(const JobFolder& folder) {
  TUNESMITH_TRY(const std::string text, read_file(folder.lock(), 4096));
  const auto identity = parse_identity_line(text);
  if (!identity) {
    return Error(ErrorKind::kNotFound,
                 "no runner has written its identity to " + folder.lock().string() + " yet");
  }
  return *identity;
}

Result<void> write_identity(int lock_fd, const ProcessIdentity& identity) {
  const std::string text = print_identity_line(identity);
  if (::pwrite(lock_fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
      ::ftruncate(lock_fd, static_cast<off_t>(text.size())) != 0) {
    return Error::from_errno(errno, "write the runner's identity");
  }
  return {};
}

Result<ProcessIdentity> identity_of(std::int64_t pid) {
  ProcessIdentity identity;
  TUNESMITH_TRY(identity.boot_id, boot_id());
  identity.pid = pid;
  TUNESMITH_TRY(const std::string stat, read_file("/proc/" + std::to_string(pid) + "/stat", 4096));
  // The second field is the program's name in parentheses and may itself hold spaces and
  // parentheses.
  const std::size_t after_name = stat.rfind(") ");
  if (after_name == std::string::npos) {
    return Error(ErrorKind::kInternal, "cannot read /proc/" + std::to_string(pid) + "/stat");
  }
  const auto fields = split(std::string_view(stat).substr(after_name + 2), ' ');
  const auto ticks = fields.size() > 19 ? parse_int(fields[19]) : std::nullopt;
  if (!ticks) {
    return Error(ErrorKind::kInternal, "cannot read /proc/" + std::to_string(pid) + "/stat");
  }
  identity.start_ticks = static_cast<std::uint64_t>(*ticks);
  return identity;
}

Result<void> signal_process(const ProcessIdentity& identity, int signal) {
  // The descriptor is opened first: what is checked through it is then what is signalled.
  const FileDescriptor process(
      static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(identity.pid), 0)));
  if (!process) {
    if (errno == ESRCH) return Error(ErrorKind::kNotFound, "the process is gone");
    return Error::from_errno(errno, "open process " + std::to_string(identity.pid));
  }
  TUNESMITH_TRY(const ProcessIdentity now, identity_of(identity.pid));
  if (now != identity) return Error(ErrorKind::kNotFound, "the process is gone");
  if (::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) != 0) {
    if (errno == ESRCH) return Error(ErrorKind::kNotFound, "the process is gone");
    return Error::from_errno(errno, "signal process " + std::to_string(identity.pid));
  }
  return {};
}

Result<std::optional<Finish>> read_outcome(const JobFolder& folder) {
  const auto text = read_file(folder.outcome());
  if (!text && text.error().kind == ErrorKind::kNotFound) return std::optional<Finish>();
  if (!text) return text.error();
  auto finish = parse_finish(*text);
  if (!finish) {
    return Error(ErrorKind::kCorrupt, finish.error().message)
        .with_context(folder.outcome().string());
  }
  return std::optional<Finish>(std::move(*finish));
}

}  // namespace tunesmith::training
