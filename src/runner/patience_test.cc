// SPDX-License-Identifier: Apache-2.0
#include "runner/patience.h"

#include <gtest/gtest.h>

namespace tunesmith::runner {
namespace {

const Error kRefused(ErrorKind::kUnavailable, "no process can be made now");

TEST(Patience, ARefusalIsTriedAgainAndOtherErrorsAreNot) {
  int starts = 0, pauses = 0;
  const auto pause = [&](std::chrono::milliseconds) { return ++pauses < 1000; };
  const auto third = [&]() -> Result<void> {
    return ++starts < 3 ? Result<void>(kRefused) : Result<void>();
  };
  EXPECT_TRUE(patiently(third, pause));
  EXPECT_EQ(starts, 3);
  EXPECT_EQ(pauses, 2);
  const auto broken = [&]() -> Result<void> { return Error(ErrorKind::kInternal, "broken"); };
  EXPECT_EQ(patiently(broken, pause).error().message, "broken");
  EXPECT_EQ(pauses, 2);
}

TEST(Patience, ItEndsWithTheWishToStopAndByItself) {
  int starts = 0;
  const auto never = [&]() -> Result<void> {
    ++starts;
    return kRefused;
  };
  EXPECT_FALSE(patiently(never, [](std::chrono::milliseconds) { return false; }));
  EXPECT_EQ(starts, 1);
  EXPECT_FALSE(patiently(never, [](std::chrono::milliseconds) { return true; }));
  EXPECT_GT(starts, 100);
}

}  // namespace
}  // namespace tunesmith::runner
