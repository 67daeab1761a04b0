// SPDX-License-Identifier: Apache-2.0
#include "training/warm_pool.h"

#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

Timestamp at(std::int64_t seconds) { return from_millis(seconds * 1000); }

store::TrainingJob ended_job() {
  store::TrainingJob job;
  job.status = store::JobStatus::kCompleted;
  job.ended = at(100);
  return job;
}

store::WarmPool minute() { return {1, "us-east-1", "s", 60, "", {}}; }

TEST(WarmPool, IsInUseUntilItsJobEndsAndThenKeptForItsTime) {
  store::TrainingJob running;
  EXPECT_EQ(view(minute(), running, at(0)).status, PoolStatus::kInUse);
  const auto kept = view(minute(), ended_job(), at(130));
  EXPECT_EQ(kept.status, PoolStatus::kAvailable);
  EXPECT_EQ(kept.retained_seconds, 30);
  const auto over = view(minute(), ended_job(), at(500));
  EXPECT_EQ(over.status, PoolStatus::kTerminated);
  EXPECT_EQ(over.retained_seconds, 60);
}

TEST(WarmPool, BelongsToTheJobThatTookIt) {
  auto pool = minute();
  pool.reused_by = "next";
  pool.reused_at = at(110);
  const auto taken = view(pool, ended_job(), at(500));
  EXPECT_EQ(taken.status, PoolStatus::kReused);
  EXPECT_EQ(taken.retained_seconds, 10);
}

TEST(WarmPool, IsNothingAfterAFailure) {
  auto failed = ended_job();
  failed.status = store::JobStatus::kFailed;
  EXPECT_EQ(view(minute(), failed, at(110)).status, PoolStatus::kTerminated);
}

}  // namespace
}  // namespace tunesmith::training
