// SPDX-License-Identifier: Apache-2.0
//
// What orchestration wants from training: start a trial whose row has been committed, and stop one.
// Neither waits for the trial. Implemented over training::TrainingJobs.
#pragma once

#include "base/result.h"

#include <cstdint>

namespace tunesmith::orchestration {

class TrialExecutor {
 public:
  virtual ~TrialExecutor() = default;
  /// The trial ends as Failed when it can't be started.
  virtual void launch(std::int64_t training_job_id) = 0;
  /// `early`: the search has seen enough of it, nobody asked for the stop. The wish is committed
  /// when this succeeds. kConflict when the trial has ended.
  virtual Result<void> stop(std::int64_t training_job_id, bool early) = 0;
};

}  // namespace tunesmith::orchestration
