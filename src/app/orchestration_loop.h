// SPDX-License-Identifier: Apache-2.0
//
// The orchestration thread: runs training and tuning jobs whenever there is something to do.
#pragma once

#include "base/wakeup.h"
#include "orchestration/tuning_jobs.h"
#include "training/training_jobs.h"

#include <atomic>
#include <thread>

namespace tunesmith::app {

class OrchestrationLoop {
 public:
  /// Starts the thread; all outlive this. The destructor stops and joins it.
  OrchestrationLoop(Wakeup& wakeup, training::TrainingJobs& training,
                    orchestration::TuningJobs& tuning);
  ~OrchestrationLoop();
  OrchestrationLoop(const OrchestrationLoop&) = delete;
  OrchestrationLoop& operator=(const OrchestrationLoop&) = delete;

 private:
  Wakeup& wakeup_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tunesmith::app
