// SPDX-License-Identifier: Apache-2.0
//
// Runs each runner as a process of this machine, in a session of its own. The launcher takes the
// job folder's lock and hands it to the runner, so there is no moment at which a started runner
// looks dead. Thread safe. Runners are children of this process while it lives: each call reaps
// those that ended.
#pragma once

#include "training/launcher.h"

#include <sys/types.h>

#include <mutex>
#include <string>
#include <vector>

namespace tunesmith::training {

class LocalLauncher final : public Launcher {
 public:
  /// `runner_program`: the absolute path of tunesmith-runner.
  explicit LocalLauncher(std::filesystem::path runner_program);

  Result<void> launch(const LaunchSpec& spec) override;
  Result<Liveness> probe(const std::filesystem::path& job_folder) override;
  Result<void> stop(const std::filesystem::path& job_folder) override;
  Result<void> kill(const std::filesystem::path& job_folder) override;

 private:
  void reap();

  const std::filesystem::path runner_program_;
  std::mutex mutex_;
  std::vector<pid_t> children_;  // guarded by mutex_
};

}  // namespace tunesmith::training
