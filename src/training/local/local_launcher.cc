// SPDX-License-Identifier: Apache-2.0
#include "training/local/local_launcher.h"

#include "base/failure_point.h"
#include "base/files.h"
#include "base/spawn.h"
#include "training/job_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

namespace tunesmith::training {
namespace {

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

}  // namespace

LocalLauncher::LocalLauncher(std::filesystem::path runner_program)
    : runner_program_(std::move(runner_program)) {}

Result<void> LocalLauncher::launch(const LaunchSpec& spec) {
  reap();
  const JobFolder folder(spec.job_folder);
  if (::mkdir(folder.root().c_str(), 0700) != 0 && errno != EEXIST) {
    return Error::from_errno(errno, "create " + folder.root().string());
  }
  TUNESMITH_TRY(const FileDescriptor lock, take_lock(folder));
  // What an earlier runner left in the lock file would name a process that is not ours.
  if (::ftruncate(lock.get(), 0) != 0) return Error::from_errno(errno, "truncate the lock");
  if (::unlink(folder.outcome().c_str()) != 0 && errno != ENOENT) {
    return Error::from_errno(errno, "remove " + folder.outcome().string());
  }
  TUNESMITH_TRY_VOID(write_spec(folder, spec.job));
  const FileDescriptor log(
      ::open(folder.runner_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return Error::from_errno(errno, "open " + folder.runner_log().string());

  SpawnRequest runner;
  runner.program = runner_program_;
  runner.arguments = {folder.root().string(), "--lock-fd=" + std::to_string(kSpawnedExtraFd)};
  // Nothing of the server's environment is the job's: it may hold credentials.
  runner.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "LANG=C.UTF-8"};
  runner.output = log.get();
  runner.extra = lock.get();
  failure_point::reach("launch.prepared");
  TUNESMITH_TRY(const pid_t pid, spawn(std::move(runner)));
  failure_point::reach("launch.started");
  const std::lock_guard guard(mutex_);
  children_.push_back(pid);
  return {};
}

Result<Liveness> LocalLauncher::probe(const std::filesystem::path& job_folder) {
  reap();
  const JobFolder folder(job_folder);
  TUNESMITH_TRY(const bool locked, is_locked(folder));
  TUNESMITH_TRY(auto finish, read_outcome(folder));
  const RunnerState state = locked   ? RunnerState::kRunning
                            : finish ? RunnerState::kFinished
                                     : RunnerState::kDead;
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
