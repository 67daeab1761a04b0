// SPDX-License-Identifier: Apache-2.0
#include "runner/sandbox.h"

#include "base/strings.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>

namespace tunesmith::runner {
namespace {

namespace fs = std::filesystem;

bool write_text(const char* path, const char* text, std::size_t length) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text, length) == static_cast<ssize_t>(length);
  ::close(fd);
  return written;
}

pid_t clone_into(unsigned long flags) {
  return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, 0UL));
}

/// `path` and all mounts below it.
bool set_read_only(const char* path, bool read_only) {
  mount_attr change{};
  (read_only ? change.attr_set : change.attr_clr) = MOUNT_ATTR_RDONLY;
  return ::syscall(SYS_mount_setattr, AT_FDCWD, path, read_only ? AT_RECURSIVE : 0, &change,
                   sizeof change) == 0;
}

// Of the first and of the second version of control groups.
constexpr std::array<const char*, 2> kGroupRoots = {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"};
constexpr std::string_view kGroupPrefix = "tunesmith-";

// Above what usage_watch.h ends the job for: at a limit of the kernel's a bomb only spins.
constexpr std::size_t kSpare = 64;

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// Whether any user may go through all folders above `path`.
bool is_reachable(const fs::path& path) {
  for (fs::path folder = path; folder != folder.root_path();) {
    folder = folder.parent_path();
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) == 0) return false;
  }
  return true;
}

/// `folder` and what is in it.
std::vector<std::string> all_of(const std::string& folder) {
  std::vector<std::string> paths = {folder};
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end;
       it.increment(code)) {
    paths.push_back(it->path().string());
  }
  return paths;
}

}  // namespace

Sandbox::IdMap::IdMap(unsigned id)
    : length(static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%u %u 1", id, id))) {
}

Sandbox::Sandbox(const std::string& working_folder, const std::string& hidden,
                 const std::string& program, bool network_isolation, uid_t user)
    : working_folder_(working_folder),
      network_isolation_(network_isolation),
      user_(::geteuid() == 0 ? user : 0),
      uid_(::getuid()),
      gid_(::getgid()) {
  for (std::size_t i = 0; i < kGroupRoots.size(); ++i) {
    groups_[i] =
        std::string(kGroupRoots[i]) + "/" + std::string(kGroupPrefix) + std::to_string(::getpid());
  }
  if (hidden.size() > 1 && is_below(working_folder, hidden) && !is_below(program, hidden)) {
    hidden_ = hidden;
    for (std::size_t at = hidden.size() + 1; at != std::string::npos;) {
      at = working_folder.find('/', at);
      below_hidden_.push_back(working_folder.substr(0, at));
      if (at != std::string::npos) ++at;
    }
  }
  // What takes the place of a hidden folder is open to all.
  if (user_ != 0 && is_reachable(program) &&
      is_reachable(hidden_.empty() ? working_folder : hidden_))
    given_ = all_of(working_folder);
}

pid_t Sandbox::fork() {
  const unsigned long flags =
      CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | (network_isolation_ ? CLONE_NEWNET : 0UL);
  pid_t pid = clone_into(flags);
  if (pid >= 0) return pid;
  user_namespace_ = true;
  return clone_into(flags | CLONE_NEWUSER);
}

unsigned Sandbox::enter() {
  if (user_namespace_ && !(write_text("/proc/self/setgroups", "deny", 4) &&
                           write_text("/proc/self/uid_map", uid_.text.data(), uid_.length) &&
                           write_text("/proc/self/gid_map", gid_.text.data(), gid_.length))) {
    return kMounts | kProc;
  }
  unsigned missing = set_up_mounts() ? 0U : unsigned{kMounts};
  // Other processes' memory and files are reached through it. A container may keep its own.
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    missing |= kProc;
  }
  // Without its mounts the folder may be out of that user's reach.
  if (user_ != 0 && ((missing & kMounts) != 0 || !give_folder())) {
    user_ = 0;
    missing |= kUser;
  }
  return missing;
}

bool Sandbox::give_folder() const {
  for (const std::string& path : given_) {
    if (::lchown(path.c_str(), user_, user_) != 0) return false;
  }
  return !given_.empty();
}

bool Sandbox::set_up_mounts() {
  // Nothing that follows may be seen outside.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const int folder = ::open(working_folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  char source[64];
  std::snprintf(source, sizeof source, "/proc/self/fd/%d", folder);
  if (!hidden_.empty()) {
    if (::mount("none", hidden_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=0755") !=
        0) {
      return false;
    }
    for (const std::string& made : below_hidden_) {
      if (::mkdir(made.c_str(), 0755) != 0) return false;
    }
  }
  const bool bound = ::mount(source, working_folder_.c_str(), nullptr, MS_BIND, nullptr) == 0;
  ::close(folder);
  return bound && set_read_only("/", true) && set_read_only(working_folder_.c_str(), false);
}

void Sandbox::limit_processes(std::size_t processes) {
  char limit[24];
  const int length = std::snprintf(limit, sizeof limit, "%zu", processes + kSpare);
  for (const std::string& group : groups_) {
    char path[128];
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) continue;
    std::snprintf(path, sizeof path, "%s/pids.max", group.c_str());
    if (!write_text(path, limit, static_cast<std::size_t>(length))) {
      ::rmdir(group.c_str());
      continue;
    }
    std::snprintf(path, sizeof path, "%s/cgroup.procs", group.c_str());
    if (write_text(path, "0", 1)) return;
  }
}

void Sandbox::remove_group() const {
  for (const std::string& group : groups_) ::rmdir(group.c_str());
}

void Sandbox::remove_groups_of_the_dead() {
  for (const char* const root : kGroupRoots) {
    std::error_code code;
    for (fs::directory_iterator it(root, code), end; !code && it != end; it.increment(code)) {
      const std::string name = it->path().filename().string();
      if (!name.starts_with(kGroupPrefix)) continue;
      const auto runner = parse_int(std::string_view(name).substr(kGroupPrefix.size()));
      if (!runner || *runner <= 0) continue;
      // One with processes stays: rmdir(2) refuses it.
      if (::kill(static_cast<pid_t>(*runner), 0) != 0 && errno == ESRCH)
        ::rmdir(it->path().c_str());
    }
  }
}

bool Sandbox::drop_rights(std::size_t processes) const {
  if (user_namespace_ || user_ != 0) {
    const rlimit limit{processes + kSpare, processes + kSpare};
    ::setrlimit(RLIMIT_NPROC, &limit);
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0;) ++capability;
  if (user_ != 0 && (::setgroups(0, nullptr) != 0 || ::setresgid(user_, user_, user_) != 0 ||
                     ::setresuid(user_, user_, user_) != 0)) {
    return false;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  ::syscall(SYS_capset, &header, none.data());
  return true;
}

std::string describe_missing(unsigned missing) {
  std::string text;
  if ((missing & Sandbox::kMounts) != 0) text += " a view of the files of its own;";
  if ((missing & Sandbox::kProc) != 0) text += " a /proc of its own;";
  if ((missing & Sandbox::kUser) != 0) text += " a user of its own;";
  return text;
}

}  // namespace tunesmith::runner
