// SPDX-License-Identifier: Apache-2.0
#include "app/orchestration_loop.h"

#include "base/log.h"

#include <exception>

namespace tunesmith::app {

OrchestrationLoop::OrchestrationLoop(Wakeup& wakeup, training::TrainingJobs& training,
                                     orchestration::TuningJobs& tuning)
    : wakeup_(wakeup) {
  thread_ = std::thread([this, &training, &tuning] {
    while (!stopping_) {
      try {
        // Tuning first: what it launches is started in the same round.
        const bool tuned = tuning.run_once();
        const bool trained = training.run_once();
        if (tuned || trained) continue;
      } catch (const std::exception& e) {
        log::error("orchestration: {}", e.what());
      }
      wakeup_.wait(Millis(500));
    }
  });
}

OrchestrationLoop::~OrchestrationLoop() {
  stopping_ = true;
  wakeup_.ring();
  thread_.join();
}

}  // namespace tunesmith::app
