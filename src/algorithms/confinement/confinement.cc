// SPDX-License-Identifier: Apache-2.0
#include "algorithms/confinement/confinement.h"

#include "algorithms/confinement/system_calls.h"
#include "base/files.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace tunesmith::algorithms {
namespace {

constexpr std::uint64_t kReadRights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriteRights =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;
constexpr std::uint64_t kHandledRights =
    kReadRights | kWriteRights | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

Result<void> allow_beneath(int ruleset, const std::string& path, std::uint64_t rights) {
  const FileDescriptor fd(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) return Error::from_errno(errno, "opening " + path);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = fd.get();
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return Error::from_errno(errno, "landlock_add_rule");
  }
  return {};
}

Result<void> restrict_files(const std::string& root, const std::vector<std::string>& readable) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kHandledRights;
  const FileDescriptor ruleset(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!ruleset) return Error::from_errno(errno, "landlock_create_ruleset");
  if (!root.empty())
    TUNESMITH_TRY_VOID(allow_beneath(ruleset.get(), root, kReadRights | kWriteRights));
  for (const auto& path : readable) {
    // A file that is not there will be reported by whoever opens it.
    (void)allow_beneath(ruleset.get(), path, LANDLOCK_ACCESS_FS_READ_FILE);
  }
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return Error::from_errno(errno, "landlock_restrict_self");
  }
  return {};
}

std::uint64_t address_space_now() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// A network namespace with a loopback interface that is up. That takes the rights of its owner,
// which come with a user namespace for whoever may make one.
bool enter_loopback_namespace() {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return socket && ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0;
}

void set_limit(int resource, std::uint64_t value) {
  const rlimit limit{value, value};
  (void)setrlimit(static_cast<__rlimit_resource>(resource), &limit);
}

void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  (void)syscall(SYS_capset, &header, none.data());
}

}  // namespace

Result<Confinement> Confinement::prepare(Network network) {
  Confinement confinement;
  const auto note = [&](const char* what) {
    if (!confinement.missing_.empty()) confinement.missing_ += ", ";
    confinement.missing_ += what;
  };
  confinement.filter_ = filter_system_calls(
      network == Network::kNone ? SystemCalls::kOfTrainings : SystemCalls::kOfTrainingsWithNetwork);
  if (confinement.filter_.empty()) note("seccomp");
  const auto version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  confinement.landlock_version_ = version > 0 ? static_cast<int>(version) : 0;
  if (confinement.landlock_version_ == 0) note("landlock");
  // Children inherit it: made once here, it costs a trial nothing.
  const bool apart =
      network == Network::kLoopback ? enter_loopback_namespace() : unshare(CLONE_NEWNET) == 0;
  if (!apart) note("network namespace");
  return confinement;
}

Result<void> Confinement::enter(const std::string& root, const std::vector<std::string>& readable,
                                const Limits& limits) const {
  if (!root.empty() && chdir(root.c_str()) != 0)
    return Error::from_errno(errno, "entering " + root);
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_NOFILE, 64);
  if (limits.memory_bytes > 0) set_limit(RLIMIT_AS, address_space_now() + limits.memory_bytes);
  if (limits.file_bytes > 0) set_limit(RLIMIT_FSIZE, limits.file_bytes);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Error::from_errno(errno, "no_new_privs");
  if (landlock_version_ > 0) TUNESMITH_TRY_VOID(restrict_files(root, readable));
  drop_capabilities();
  if (!filter_.empty() && !install_filter(filter_))
    return Error::from_errno(errno, "installing the system call filter");
  return {};
}

}  // namespace tunesmith::algorithms
