// SPDX-License-Identifier: Apache-2.0
//
// Managed warm pools: what a training job that asked for it keeps after its end, until another one
// that is like it takes it over or its time is up. What is kept here in
// fact is the trainer's host with its data, which lives as long (AlgorithmSpec::host_idle_seconds).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"
#include "training/training_spec.h"

#include <cstdint>
#include <string_view>

namespace tunesmith::training {

enum class PoolStatus { kInUse, kAvailable, kReused, kTerminated };
/// "InUse", ...
std::string_view to_string(PoolStatus status);

struct PoolView {
  PoolStatus status = PoolStatus::kInUse;
  std::int64_t retained_seconds = 0;  // since the job's end, while it was kept
};

/// The pool of `job` at that time. A job that failed keeps nothing.
PoolView view(const store::WarmPool& pool, const store::TrainingJob& job, Timestamp now);

/// The first pool that is left for a new job like this one is this one's from now on.
Result<void> take_warm_pool(store::Transaction& t, const store::TrainingJob& job,
                            const TrainingSpec& spec);

}  // namespace tunesmith::training
