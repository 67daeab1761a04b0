// SPDX-License-Identifier: Apache-2.0
#include "algorithms/confinement/confinement.h"

#include "base/files.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <memory>

namespace tunesmith::algorithms {
namespace {

// System calls that a training never makes and a subverted one would want. They fail with EPERM;
// the rest of a training's calls is unaffected, whatever threads or allocator the library uses.
constexpr int kDenied[] = {
    // other programs and processes
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(tgkill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(kcmp),
    SCMP_SYS(socketpair),
    // mounts and namespaces
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(open_tree),
    SCMP_SYS(move_mount),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    // identities and modes
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setreuid),
    SCMP_SYS(setregid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(capset),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    // the kernel's wider doors
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(syslog),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(personality),
};

constexpr int kNetwork[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
                            SCMP_SYS(listen), SCMP_SYS(accept),  SCMP_SYS(accept4)};

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// The filter as the program that the kernel takes; empty when the library cannot make it.
std::vector<sock_filter> build_filter(Network network) {
  const std::unique_ptr<void, FilterDeleter> filter(seccomp_init(SCMP_ACT_ALLOW));
  if (filter == nullptr) return {};
  constexpr auto kRefuse = SCMP_ACT_ERRNO(EPERM);
  // A call this machine's kernel headers do not know cannot be named, nor made: skip it.
  for (const int call : kDenied) (void)seccomp_rule_add(filter.get(), kRefuse, call, 0);
  if (network == Network::kNone) {
    for (const int call : kNetwork) (void)seccomp_rule_add(filter.get(), kRefuse, call, 0);
  } else {
    (void)seccomp_rule_add(filter.get(), kRefuse, SCMP_SYS(socket), 1,
                           SCMP_A0(SCMP_CMP_NE, AF_INET));
  }
  // Threads are allowed, processes are not. clone3 hides its flags from filters; without it the C
  // library falls back to clone.
  (void)seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  (void)seccomp_rule_add(filter.get(), kRefuse, SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  const FileDescriptor program(static_cast<int>(syscall(SYS_memfd_create, "filter", MFD_CLOEXEC)));
  if (!program || seccomp_export_bpf(filter.get(), program.get()) != 0) return {};
  const auto size = lseek(program.get(), 0, SEEK_END);
  if (size <= 0 || static_cast<std::size_t>(size) % sizeof(sock_filter) != 0) return {};
  std::vector<sock_filter> code(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (pread(program.get(), code.data(), static_cast<std::size_t>(size), 0) != size) return {};
  return code;
}

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
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0) confinement.filter_ = build_filter(network);
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
  if (!filter_.empty()) {
    sock_fprog program{};
    program.len = static_cast<unsigned short>(filter_.size());
    program.filter = const_cast<sock_filter*>(filter_.data());
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
      return Error::from_errno(errno, "installing the system call filter");
    }
  }
  return {};
}

}  // namespace tunesmith::algorithms
