// SPDX-License-Identifier: Apache-2.0
#include "runner/usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tunesmith::runner {
namespace {

TEST(Usage, TellsOfALivingProcessOnceForEachInstant) {
  Usage usage(1000, "/");
  const auto points = usage.sample(::getpid(), 3000);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].name, "CPUUtilization");
  EXPECT_EQ(points[1].name, "MemoryUtilization");
  EXPECT_EQ(points[2].name, "DiskUtilization");
  for (const auto& point : points) {
    EXPECT_EQ(point.step, 2000);
    EXPECT_GE(point.value, 0);
  }
  EXPECT_GT(points[1].value, 0);
  EXPECT_LE(points[2].value, 100);
  EXPECT_TRUE(usage.sample(::getpid(), 3000).empty());
}

TEST(Usage, TellsNothingOfAProcessThatIsNotThere) {
  Usage usage(0, "/");
  EXPECT_TRUE(usage.sample(0, 1000).empty());
  EXPECT_TRUE(usage.sample(0x7fffffff, 1000).empty());
}

TEST(Usage, IsDenserInTheFirstMinute) {
  const Usage usage(1000, "/");
  EXPECT_EQ(usage.pause(2000), std::chrono::seconds(1));
  EXPECT_EQ(usage.pause(62'000), std::chrono::seconds(10));
}

}  // namespace
}  // namespace tunesmith::runner
