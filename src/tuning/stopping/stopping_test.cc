// SPDX-License-Identifier: Apache-2.0
#include "tuning/stopping/learning_curve.h"
#include "tuning/stopping/median_rule.h"
#include "tuning/stopping/successive_halving.h"

#include <gtest/gtest.h>

#include <cmath>

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

TEST(SuccessiveHalving, RungsAreMinTimesThePowersOfTwoAndMax) {
  EXPECT_EQ(SuccessiveHalving::rungs_of(1, 20), (std::vector<std::int64_t>{1, 2, 4, 8, 16, 20}));
  EXPECT_EQ(SuccessiveHalving::rungs_of(3, 24), (std::vector<std::int64_t>{3, 6, 12, 24}));
  EXPECT_EQ(SuccessiveHalving::rungs_of(5, 5), (std::vector<std::int64_t>{5}));
}

TEST(SuccessiveHalving, OnlyTheBetterHalfPassesARung) {
  SuccessiveHalving stopper(1, 4);
  EXPECT_EQ(run(stopper, 0, 9, 5), 4);  // nothing to compare with, up to the end
  EXPECT_EQ(run(stopper, 1, 9, 6), 1);
  EXPECT_EQ(run(stopper, 2, 9, 5.5), 2);  // second of three, then of two
  EXPECT_EQ(run(stopper, 3, 9, 4), 4);
  EXPECT_EQ(run(stopper, 4, 9, 5.6), 1);  // fourth of five
  EXPECT_EQ(run(stopper, 5, 9, 4.5), 4);  // second of six, then of four
}

TEST(SuccessiveHalving, ATrialThatReportsRarelyCountsAtEachRungItPassed) {
  SuccessiveHalving stopper(1, 16);
  for (std::uint64_t trial = 0; trial < 2; ++trial) stopper.report(trial, {9, 1});
  EXPECT_EQ(stopper.report(2, {4, 2}), Decision::kStop);
  EXPECT_EQ(stopper.report(3, {8, 2}), Decision::kStop);
}

TEST(SuccessiveHalving, AJudgeDecidesWhereItCan) {
  SuccessiveHalving stopper(1, 8, [](std::uint64_t trial, std::int64_t resource) {
    return resource < 4 ? std::optional(trial != 2) : std::nullopt;
  });
  EXPECT_EQ(run(stopper, 0, 9, 5), 8);
  EXPECT_EQ(run(stopper, 1, 9, 6), 4);  // the judge lets it go on for as long as it can tell
  EXPECT_EQ(run(stopper, 2, 9, 1), 1);
}

TEST(SuccessiveHalving, NothingIsDecidedWhenALogIsReadBack) {
  int asked = 0;
  SuccessiveHalving stopper(1, 4, [&](std::uint64_t, std::int64_t) {
    ++asked;
    return std::nullopt;
  });
  for (std::uint64_t trial = 0; trial < 3; ++trial)
    for (std::int64_t epoch = 1; epoch < 4; ++epoch) stopper.replay(trial, {epoch, 1});
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(stopper.report(3, {1, 2}), Decision::kStop);  // the worst of four
  EXPECT_EQ(asked, 1);
}

TEST(MedianRule, StopsWhatIsWorseThanTheMedianOfRunningAverages) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 5; ++trial)
    EXPECT_EQ(run(stopper, trial, 20, static_cast<double>(trial)), 20);
  EXPECT_EQ(run(stopper, 5, 20, 2.1), 4);  // the median is 2; before it could be a late bloomer
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

TEST(MedianRule, ALateBloomerGoesOn) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 5; ++trial) run(stopper, trial, 40, 1);
  // Worse than all others until epoch 20, and on the way to 0.
  for (int epoch = 1; epoch <= 3; ++epoch)
    ASSERT_EQ(stopper.report(9, {epoch, 20.0 / epoch}), Decision::kContinue);
  for (int epoch = 4; epoch <= 40; ++epoch)
    EXPECT_EQ(stopper.report(9, {epoch, 20.0 / epoch}), Decision::kContinue) << epoch;
  // As bad, and on the way to 2.
  Decision decision = Decision::kContinue;
  for (int epoch = 1; epoch <= 8 && decision == Decision::kContinue; ++epoch)
    decision = stopper.report(10, {epoch, 2 + 20.0 / epoch});
  EXPECT_EQ(decision, Decision::kStop);
}

TEST(MedianRule, ALateBloomerOfAShortTrainingGoesOn) {
  MedianRule stopper;
  for (std::uint64_t trial = 0; trial < 5; ++trial) run(stopper, trial, 10, 0.3);
  for (int epoch = 1; epoch <= 10; ++epoch)
    EXPECT_EQ(stopper.report(9, {epoch, 2.0 / epoch}), Decision::kContinue) << epoch;
}

TEST(LearningCurve, PowerLawsAreContinuedExactly) {
  for (const double c : {0.5, 1.0, 2.0}) {
    std::vector<Report> reports;
    for (int r = 3; r <= 12; ++r) reports.push_back({r, 5 + 2 * std::pow(r, -c)});
    EXPECT_NEAR(*extrapolate(reports, 100), 5 + 2 * std::pow(100, -c), 1e-9);
  }
  EXPECT_FALSE(extrapolate(std::vector<Report>{{1, 2}, {2, 1}, {3, 0}}, 9));
}

}  // namespace
}  // namespace tunesmith::tuning
