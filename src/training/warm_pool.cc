// SPDX-License-Identifier: Apache-2.0
#include "training/warm_pool.h"

#include <algorithm>

namespace tunesmith::training {

std::string_view to_string(PoolStatus status) {
  switch (status) {
    case PoolStatus::kInUse:
      return "InUse";
    case PoolStatus::kAvailable:
      return "Available";
    case PoolStatus::kReused:
      return "Reused";
    case PoolStatus::kTerminated:
      return "Terminated";
  }
  return "Terminated";
}

PoolView view(const store::WarmPool& pool, const store::TrainingJob& job, Timestamp now) {
  if (!job.ended) return {PoolStatus::kInUse, 0};
  if (job.status == store::JobStatus::kFailed) return {PoolStatus::kTerminated, 0};
  const auto seconds_until = [&](Timestamp at) {
    return std::max<std::int64_t>(
        0, std::chrono::duration_cast<std::chrono::seconds>(at - *job.ended).count());
  };
  if (pool.reused_at) return {PoolStatus::kReused, seconds_until(*pool.reused_at)};
  const auto kept = seconds_until(now);
  if (kept < pool.keep_alive_seconds) return {PoolStatus::kAvailable, kept};
  return {PoolStatus::kTerminated, pool.keep_alive_seconds};
}

Result<void> take_warm_pool(store::Transaction& t, const store::TrainingJob& job,
                            const TrainingSpec& spec) {
  if (spec.pool_signature.empty()) return {};
  TUNESMITH_TRY(const auto pools, t.unused_warm_pools(job.region, spec.pool_signature));
  for (store::WarmPool pool : pools) {
    TUNESMITH_TRY(const store::TrainingJob owner, t.training_job(pool.training_job_id));
    if (view(pool, owner, job.created).status != PoolStatus::kAvailable) continue;
    pool.reused_by = job.name;
    pool.reused_at = std::max(job.created, *owner.ended);
    return t.put_warm_pool(pool);
  }
  return {};
}

}  // namespace tunesmith::training
