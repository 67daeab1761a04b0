// SPDX-License-Identifier: Apache-2.0
#include "training/wait_reason.h"

#include "training/lifecycle.h"

#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

TEST(WaitReason, AJobSaysWhyItWaitsUntilItIsStarted) {
  auto job = new_training_job("us-east-1", "job", from_millis(100));
  EXPECT_TRUE(explain_wait(job, "no room", from_millis(105)));
  EXPECT_EQ(job.transitions.back().message, "no room");
  EXPECT_EQ(job.modified, from_millis(105));
  EXPECT_FALSE(explain_wait(job, "no room", from_millis(106))) << "once is enough";
  ASSERT_TRUE(claim(job, 1, "runner", from_millis(110)));
  enter_reported(job, "Downloading", from_millis(111));
  EXPECT_FALSE(explain_wait(job, "no room", from_millis(112)));
  EXPECT_EQ(job.transitions.back().message, "Downloading input data");
}

}  // namespace
}  // namespace tunesmith::training
