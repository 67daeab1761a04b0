// SPDX-License-Identifier: Apache-2.0
//
// The checkpoints of a training in a folder, as Amazon's container keeps them: the model after
// round N as "xgboost-checkpoint.N", the newest five. Whoever copies the folder away marks a file
// that it is reading ("<name>.sagemaker-uploading", then "<name>.sagemaker-uploaded"); such a file
// is left alone. One thread.
#pragma once

#include "base/result.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

/// How much of a training's time its checkpoints may take. A model grows with its rounds, so that
/// one after each round would take time that grows with their square: beyond the first second
/// of writing, a tenth of the training's time goes to it.
class CheckpointPace {
 public:
  using Clock = std::chrono::steady_clock;

  explicit CheckpointPace(Clock::time_point begun = Clock::now()) : begun_(begun) {}
  bool may_write(Clock::time_point now = Clock::now()) const {
    return spent_ <= std::chrono::seconds(1) + (now - begun_) / 10;
  }
  void wrote(Clock::duration taken) { spent_ += taken; }

 private:
  Clock::time_point begun_;
  Clock::duration spent_{};
};

class Checkpoints {
 public:
  static constexpr std::size_t kKept = 5;

  explicit Checkpoints(std::string folder) : folder_(std::move(folder)) {}

  struct Checkpoint {
    int round = 0;  // the last one in it, from 0
    std::string path;
  };
  /// The newest one whose bytes `load` takes, among the newest five; nothing when there is none.
  std::optional<Checkpoint> load_newest(
      const std::function<Result<void>(std::string_view bytes)>& load) const;

  /// Writes the model after `round`, whole or not at all, and removes those that are too old.
  Result<void> save(int round, std::string_view model) const;

 private:
  std::string folder_;
};

}  // namespace tunesmith::algorithms::xgboost
