// SPDX-License-Identifier: Apache-2.0
#include "training/local/local_launcher.h"

#include "base/failure_point.h"
#include "base/files.h"
#include "training/job_folder.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace tunesmith::training {
namespace {

constexpr int kLockFd = 3;  // where the runner finds the lock

/// Whole or not at all, but not durable: after a power loss there is no runner that could read it.
Result<void> write_spec(const JobFolder& folder, const JobSpec& spec) {
  const std::string temporary = folder.spec().string() + ".new";
  {
    const FileDescriptor fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd) return Error::from_errno(errno, "create " + temporary);
    TUNESMITH_TRY_VOID(write_all(fd.get(), print(spec)));
  }
  if (::rename(temporary.c_str(), folder.spec().c_str()) != 0) {
    return Error::from_errno(errno, "rename " + temporary);
  }
  return {};
}

/// The same open file under a number that no target of the child's dup2 calls has.
FileDescriptor above_standard(FileDescriptor fd) {
  if (fd.get() > kLockFd || !fd) return fd;
  return FileDescriptor(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kLockFd + 1));
}

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

}  // namespace

LocalLauncher::LocalLauncher(std::filesystem::path runner_program)
    : runner_program_(std::move(runner_program)) {}

Result<void> LocalLauncher::launch(const LaunchSpec& spec) {
  reap();
  const JobFolder folder(spec.job_folder);
  if (::mkdir(folder.root().c_str(), 0700) != 0 && errno != EEXIST) {
    return Error::from_errno(errno, "create " + folder.root().string());
  }
  TUNESMITH_TRY(FileDescriptor taken, take_lock(folder));
  const FileDescriptor lock = above_standard(std::move(taken));
  if (!lock) return Error::from_errno(errno, "duplicate the lock");
  // What an earlier runner left in the lock file would name a process that is not ours.
  if (::ftruncate(lock.get(), 0) != 0) return Error::from_errno(errno, "truncate the lock");
  if (::unlink(folder.outcome().c_str()) != 0 && errno != ENOENT) {
    return Error::from_errno(errno, "remove " + folder.outcome().string());
  }
  TUNESMITH_TRY_VOID(write_spec(folder, spec.job));
  const FileDescriptor log = above_standard(FileDescriptor(
      ::open(folder.runner_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)));
  if (!log) return Error::from_errno(errno, "open " + folder.runner_log().string());

  // posix_spawn does not copy this process's page tables, however large it is.
  SpawnActions spawn;
  posix_spawn_file_actions_addopen(&spawn.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&spawn.actions, log.get(), 1);
  posix_spawn_file_actions_adddup2(&spawn.actions, log.get(), 2);
  posix_spawn_file_actions_adddup2(&spawn.actions, lock.get(), kLockFd);
  posix_spawn_file_actions_addclosefrom_np(&spawn.actions, kLockFd + 1);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&spawn.attributes, &none);
  posix_spawnattr_setsigdefault(&spawn.attributes, &all);
  posix_spawnattr_setflags(
      &spawn.attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  std::string program = runner_program_.string();
  std::string root = folder.root().string();
  std::string lock_option = "--lock-fd=" + std::to_string(kLockFd);
  std::array<char*, 4> arguments = {program.data(), root.data(), lock_option.data(), nullptr};
  // Nothing of the server's environment is the job's: it may hold credentials.
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::string locale = "LANG=C.UTF-8";
  std::array<char*, 3> environment = {path.data(), locale.data(), nullptr};
  pid_t pid = 0;
  failure_point::reach("launch.prepared");
  const int failed = ::posix_spawn(&pid, program.c_str(), &spawn.actions, &spawn.attributes,
                                   arguments.data(), environment.data());
  if (failed != 0) return Error::from_errno(failed, "start " + program);
  failure_point::reach("launch.started");
  const std::lock_guard guard(mutex_);
  children_.push_back(pid);
  return {};
}

Result<Liveness> LocalLauncher::probe(const std::filesystem::path& job_folder) {
  reap();
  const JobFolder folder(job_folder);
  TUNESMITH_TRY(const bool locked, is_locked(folder));
  if (locked) return Liveness{RunnerState::kRunning, std::nullopt};
  TUNESMITH_TRY(auto finish, read_outcome(folder));
  const RunnerState state = finish ? RunnerState::kFinished : RunnerState::kDead;
  return Liveness{state, std::move(finish)};
}

Result<void> LocalLauncher::stop(const std::filesystem::path& job_folder) {
  TUNESMITH_TRY(const ProcessIdentity runner, read_identity(JobFolder(job_folder)));
  return signal_process(runner, SIGTERM);
}

Result<void> LocalLauncher::kill(const std::filesystem::path& job_folder) {
  TUNESMITH_TRY(const ProcessIdentity runner, read_identity(JobFolder(job_folder)));
  return signal_process(runner, SIGKILL);
}

void LocalLauncher::reap() {
  const std::lock_guard guard(mutex_);
  std::erase_if(children_, [](pid_t pid) {
    const pid_t ended = ::waitpid(pid, nullptr, WNOHANG);
    return ended == pid || (ended < 0 && errno == ECHILD);
  });
}

}  // namespace tunesmith::training
