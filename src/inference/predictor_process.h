// SPDX-License-Identifier: Apache-2.0
//
// A process that holds one model and answers requests (tunesmith-xgboost serve). It sees its own
// folder and nothing else, and ends with this object or with the server. One request at a time:
// callers wait for each other. Thread safe.
#pragma once

#include "algorithms/xgboost/inference/frame.h"
#include "algorithms/xgboost/schema/image.h"
#include "base/files.h"
#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

namespace tunesmith::inference {

using algorithms::xgboost::Frame;

struct PredictorOptions {
  std::filesystem::path program;  // tunesmith-xgboost
  std::filesystem::path model;    // a model.tar.gz, alone in its folder
  std::filesystem::path log;      // the process appends to it, "<ms> <text>" a line
  algorithms::xgboost::Generation generation = algorithms::xgboost::Generation::kSagemakerXgboost;
  int threads = 1;
};

class PredictorProcess {
 public:
  /// Returns when the model is loaded. kInvalid, in words for the model's owner, when it is none;
  /// kUnavailable when the process dies, or when it takes longer than `patience`, of which a part
  /// may go by until the system makes a process at all.
  static Result<std::unique_ptr<PredictorProcess>> start(const PredictorOptions& options,
                                                         std::chrono::milliseconds patience);
  ~PredictorProcess();
  PredictorProcess(const PredictorProcess&) = delete;
  PredictorProcess& operator=(const PredictorProcess&) = delete;

  /// The container's answer, whatever its status. kUnavailable when the process died or is too
  /// slow: it is of no more use then.
  Result<Frame> ask(const Frame& request, std::chrono::milliseconds patience);

  pid_t pid() const { return pid_; }

 private:
  PredictorProcess(pid_t pid, FileDescriptor socket) : pid_(pid), socket_(std::move(socket)) {}

  const pid_t pid_;
  std::timed_mutex mutex_;
  const FileDescriptor socket_;  // used by the holder of mutex_
};

}  // namespace tunesmith::inference
