// SPDX-License-Identifier: Apache-2.0
#include "algorithms/confinement/system_calls.h"

#include "base/files.h"

#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace tunesmith::algorithms {
namespace {

constexpr int kDoors[] = {
    // mounts and name spaces
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
    // what reaches deep into the kernel
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
};

// What a training never does and a subverted one would want.
constexpr int kNotOfTrainings[] = {
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
    SCMP_SYS(personality),
};

constexpr int kNetwork[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
                            SCMP_SYS(listen), SCMP_SYS(accept),  SCMP_SYS(accept4)};

constexpr unsigned long kNameSpaces[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,   CLONE_NEWNET,
                                         CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};

constexpr auto kRefuse = SCMP_ACT_ERRNO(EPERM);

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// A call this machine's kernel headers do not know cannot be named, nor made: it is skipped.
template <class Calls>
void refuse(const Filter& filter, const Calls& calls) {
  for (const int call : calls) (void)seccomp_rule_add(filter.get(), kRefuse, call, 0);
}

std::vector<sock_filter> program_of(const Filter& filter) {
  const FileDescriptor program(static_cast<int>(syscall(SYS_memfd_create, "filter", MFD_CLOEXEC)));
  if (!program || seccomp_export_bpf(filter.get(), program.get()) != 0) return {};
  const auto size = lseek(program.get(), 0, SEEK_END);
  if (size <= 0 || static_cast<std::size_t>(size) % sizeof(sock_filter) != 0) return {};
  std::vector<sock_filter> code(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (pread(program.get(), code.data(), static_cast<std::size_t>(size), 0) != size) return {};
  return code;
}

}  // namespace

std::vector<sock_filter> filter_system_calls(SystemCalls allowed) {
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) return {};
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (filter == nullptr) return {};
  refuse(filter, kDoors);
  // clone3 hides its flags from filters; without it the C library falls back to clone.
  (void)seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (allowed == SystemCalls::kOfPrograms) {
    for (const unsigned long flag : kNameSpaces) {
      (void)seccomp_rule_add(filter.get(), kRefuse, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
    }
    return program_of(filter);
  }
  refuse(filter, kNotOfTrainings);
  // Threads are allowed, processes are not.
  (void)seccomp_rule_add(filter.get(), kRefuse, SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  if (allowed == SystemCalls::kOfTrainings) {
    refuse(filter, kNetwork);
  } else {
    (void)seccomp_rule_add(filter.get(), kRefuse, SCMP_SYS(socket), 1,
                           SCMP_A0(SCMP_CMP_NE, AF_INET));
  }
  return program_of(filter);
}

bool install_filter(const std::vector<sock_filter>& filter) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

}  // namespace tunesmith::algorithms
