// SPDX-License-Identifier: Apache-2.0
//
// What orchestration wants from training: start a trial whose row has been committed, and stop one.
// Neither waits for the trial. Implemented by training::TrainingJobs.
#pragma once

#include <cstdint>

namespace tunesmith::orchestration {

class TrialExecutor {
 public:
  virtual ~TrialExecutor() = default;
  /// The trial ends as Failed when it can't be started.
  virtual void launch(std::int64_t training_job_id) = 0;
  virtual void stop(std::int64_t training_job_id) = 0;
};

}  // namespace tunesmith::orchestration
