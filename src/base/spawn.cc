// SPDX-License-Identifier: Apache-2.0
#include "base/spawn.h"

#include "base/files.h"

#include <fcntl.h>
#include <spawn.h>

#include <cerrno>
#include <csignal>

namespace tunesmith {
namespace {

struct SpawnActions {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnActions() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<pid_t> spawn(SpawnRequest request) {
  // Copies under numbers that no target of the child's dup2 calls has.
  const auto lifted = [](int fd) {
    return FileDescriptor(::fcntl(fd, F_DUPFD_CLOEXEC, kSpawnedExtraFd + 1));
  };
  const FileDescriptor output = lifted(request.output);
  if (!output) return Error::from_errno(errno, "duplicate a descriptor");
  FileDescriptor extra;
  if (request.extra >= 0) {
    extra = lifted(request.extra);
    if (!extra) return Error::from_errno(errno, "duplicate a descriptor");
  }
  SpawnActions spawn;
  posix_spawn_file_actions_addopen(&spawn.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&spawn.actions, output.get(), 1);
  posix_spawn_file_actions_adddup2(&spawn.actions, output.get(), 2);
  if (extra) posix_spawn_file_actions_adddup2(&spawn.actions, extra.get(), kSpawnedExtraFd);
  posix_spawn_file_actions_addclosefrom_np(&spawn.actions,
                                           extra ? kSpawnedExtraFd + 1 : kSpawnedExtraFd);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&spawn.attributes, &none);
  posix_spawnattr_setsigdefault(&spawn.attributes, &all);
  posix_spawnattr_setflags(
      &spawn.attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  request.arguments.insert(request.arguments.begin(), request.program.string());
  const auto arguments = pointers(request.arguments);
  const auto environment = pointers(request.environment);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, request.program.c_str(), &spawn.actions, &spawn.attributes,
                                   arguments.data(), environment.data());
  if (failed == EAGAIN || failed == ENOMEM) {
    return Error(ErrorKind::kUnavailable,
                 "no process can be made now for " + request.program.string());
  }
  if (failed != 0) return Error::from_errno(failed, "start " + request.program.string());
  return pid;
}

}  // namespace tunesmith
