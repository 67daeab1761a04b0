// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/median_rule.h"
#include "tuning/stopping/successive_halving.h"

#include <gtest/gtest.h>

namespace tunesmith::tuning {
namespace {

// Reports `value` at each of the first `epochs` epochs; how many went by before the stop.
int run(Stopper& stopper, std::uint64_t trial, int epochs, double value) {
  for (int epoch = 1; epoch <= epochs; ++epoch)
    if (stopper.report(trial, {epoch, value}) == Decision::kStop) {
      stopper.end(trial, false);
      return epoch;
    }
  stopper.end(trial, true);
  return epochs;
}

TEST(SuccessiveHalving, RungsAreMinTimesThePowersOfThreeAndMax) {
  EXPECT_EQ(SuccessiveHalving(1, 81).rungs(), (std::vector<std::int64_t>{1, 3, 9, 27, 81}));
  EXPECT_EQ(SuccessiveHalving(2, 30).rungs(), (std::vector<std::int64_t>{2, 6, 18, 30}));
  EXPECT_EQ(SuccessiveHalving(5, 5).rungs(), (std::vector<std::int64_t>{5}));
}

TEST(SuccessiveHalving, OnlyTheBestThirdPassesARung) {
  SuccessiveHalving stopper(1, 9);
  EXPECT_EQ(run(stopper, 0, 20, 5), 9);  // nothing to compare with, up to the end
  EXPECT_EQ(run(stopper, 1, 20, 6), 9);
  EXPECT_EQ(run(stopper, 2, 20, 7), 1);  // the third of three
  EXPECT_EQ(run(stopper, 3, 20, 4), 9);
  EXPECT_EQ(run(stopper, 4, 20, 4.5), 9);  // second of five
  EXPECT_EQ(run(stopper, 5, 20, 4.7), 1);  // third of six
}

TEST(SuccessiveHalving, ATrialThatReportsRarelyCountsAtEachRungItPassed) {
  SuccessiveHalving stopper(1, 27);
  for (std::uint64_t trial = 0; trial < 2; ++trial) run(stopper, trial, 9, 1);
  EXPECT_EQ(stopper.report(7, {10, 2}), Decision::kStop);
}

TEST(MedianRule, StopsWhatIsWorseThanTheMedianOfRunningAverages) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 5; ++trial)
    EXPECT_EQ(run(stopper, trial, 20, static_cast<double>(trial)), 20);
  EXPECT_EQ(run(stopper, 5, 20, 2.1), 2);  // the median is 2; epoch 1 is within a tenth
  EXPECT_EQ(run(stopper, 6, 20, 1.9), 20);
}

TEST(MedianRule, ComparesWithRunningAveragesNotWithPresentValues) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 5; ++trial) {
    for (int epoch = 1; epoch <= 10; ++epoch)
      ASSERT_EQ(stopper.report(trial, {epoch, 11.0 - epoch}), Decision::kContinue);
    stopper.end(trial, true);
  }
  // At epoch 10 the others are at 1, but their averages are at 5.5.
  EXPECT_EQ(stopper.report(9, {10, 5.4}), Decision::kContinue);
  EXPECT_EQ(stopper.report(8, {10, 5.6}), Decision::kStop);
}

TEST(MedianRule, NothingIsStoppedBeforeFiveTrialsHaveCompleted) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 4; ++trial) run(stopper, trial, 20, 0);
  for (std::uint64_t trial = 4; trial < 9; ++trial) {
    ASSERT_EQ(stopper.report(trial, {20, 100}), Decision::kContinue);
    stopper.end(trial, false);
  }
  run(stopper, 10, 20, 0);
  EXPECT_EQ(stopper.report(11, {20, 1000}), Decision::kStop);
}

}  // namespace
}  // namespace tunesmith::tuning
