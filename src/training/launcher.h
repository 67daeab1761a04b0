// SPDX-License-Identifier: Apache-2.0
//
// Starts the runner of a training job somewhere and says whether it still lives. Used by the
// training job lifecycle; implemented by LocalLauncher (a process on this machine). Implementations
// are thread safe.
#pragma once

#include "base/result.h"
#include "training/runner_protocol.h"

#include <filesystem>
#include <optional>

namespace tunesmith::training {

struct LaunchSpec {
  std::filesystem::path job_folder;  // absolute; made when absent (its parent exists)
  JobSpec job;
};

enum class RunnerState {
  kRunning,   // wait for its reports, also when its outcome is there: it delivers it
  kFinished,  // dead, and left an outcome: take `finish` in (look at its attempt first)
  kDead,      // dead without an outcome, or never started: a new attempt may be launched
};

struct Liveness {
  RunnerState state = RunnerState::kDead;
  std::optional<Finish> finish;
};

class Launcher {
 public:
  virtual ~Launcher() = default;

  /// Writes the specification and starts a runner that outlives this process. Returns once it has
  /// been started: from then on probe() says kRunning until it dies. Removes the outcome of an
  /// earlier attempt. kConflict when a runner of this folder lives.
  virtual Result<void> launch(const LaunchSpec& spec) = 0;
  virtual Result<Liveness> probe(const std::filesystem::path& job_folder) = 0;
  /// Asks the runner to stop its job gracefully; the outcome then arrives as usual. kNotFound when
  /// none lives, or when it has only just been started: its claim then comes later than this call,
  /// and the answer to it can say stop.
  virtual Result<void> stop(const std::filesystem::path& job_folder) = 0;
  /// Ends the runner and its algorithm at once, with no outcome. Same errors as stop().
  virtual Result<void> kill(const std::filesystem::path& job_folder) = 0;
};

}  // namespace tunesmith::training
