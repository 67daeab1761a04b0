// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "tuning/searcher.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::tuning {
namespace {

Parameter unit(const char* name) {
  return {name, ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}};
}

// A searcher that has seen `f` at 80 random points of [0, 1]^3.
template <class F>
std::unique_ptr<Searcher> informed(const F& f, Direction direction = Direction::kMinimize) {
  SearchOptions options;
  options.direction = direction;
  auto searcher = *make_searcher(*Space::create({unit("a"), unit("b"), unit("c")}), options);
  Rng rng(4);
  std::vector<FinishedTrial> trials;
  for (int i = 0; i < 80; ++i) {
    const double a = rng.uniform();
    const double b = rng.uniform();
    const double c = rng.uniform();
    trials.push_back({{Value(a), Value(b), Value(c)}, f(a, b, c)});
  }
  EXPECT_TRUE(searcher->preload(trials));
  return searcher;
}

double share_of(const std::vector<Importance>& all, const std::vector<std::size_t>& parameters) {
  for (const auto& one : all)
    if (one.parameters == parameters) return one.share;
  ADD_FAILURE();
  return 0;
}

TEST(Importance, SharesOfAnAdditiveFunctionAreThoseOfItsTerms) {
  // Variances 4/12 and 1/12: four fifths and one.
  const auto searcher = informed([](double a, double b, double) { return 2 * a + b; });
  const auto all = *searcher->importance();
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0].parameters, std::vector<std::size_t>{0});
  EXPECT_NEAR(share_of(all, {0}), 0.8, 0.05);
  EXPECT_NEAR(share_of(all, {1}), 0.2, 0.05);
  EXPECT_LT(share_of(all, {2}), 0.02);
  EXPECT_LT(share_of(all, {0, 1}), 0.03);
}

// Of many trials most lie near the best, where a and b make no difference any more.
TEST(Importance, IsThatOfTheWholeSpaceAfterASearchHasClosedIn) {
  SearchOptions options;
  auto searcher = *make_searcher(*Space::create({unit("a"), unit("b"), unit("c")}), options);
  for (TrialId id = 0; id < 60; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    const double a = std::get<double>(suggestion->configuration[0]) - 0.6;
    const double b = std::get<double>(suggestion->configuration[1]) - 0.4;
    ASSERT_TRUE(searcher->observe(id, 2 * a * a + b * b));
  }
  // Either square varies as the other does, so the terms are as 4 to 1.
  const auto all = *searcher->importance();
  EXPECT_NEAR(share_of(all, {0}), 0.8, 0.07);
  EXPECT_NEAR(share_of(all, {1}), 0.2, 0.07);
  const auto curve = *searcher->response({0}, 5, Others::kAveraged);
  for (const auto& point : curve) {
    const double a = std::get<double>(point.values[0]) - 0.6;
    // (b - 0.4)^2 is 0.28 / 3 on average.
    EXPECT_NEAR(point.mean, 2 * a * a + 0.28 / 3, 0.1) << std::get<double>(point.values[0]);
  }
}

TEST(Importance, OfAFewDivergedTrialsIsNotAllThereIs) {
  const auto searcher =
      informed([](double a, double b, double) { return a > 0.97 ? 1e9 : a + 2 * b; });
  EXPECT_GT(share_of(*searcher->importance(), {1}), 0.4);
}

TEST(Importance, APureInteractionBelongsToThePair) {
  const auto searcher = informed([](double a, double b, double) { return (a - 0.5) * (b - 0.5); });
  const auto all = *searcher->importance();
  EXPECT_EQ(all[0].parameters, (std::vector<std::size_t>{0, 1}));
  EXPECT_GT(all[0].share, 0.75);
}

TEST(Response, FollowsTheObjectiveAndCoversIt) {
  for (const auto direction : {Direction::kMinimize, Direction::kMaximize}) {
    const auto searcher =
        informed([](double a, double b, double) { return 100 + 3 * a + b; }, direction);
    const auto curve = *searcher->response({0}, 11, Others::kAveraged);
    ASSERT_EQ(curve.size(), 11U);
    EXPECT_EQ(std::get<double>(curve.front().values[0]), 0);
    EXPECT_EQ(std::get<double>(curve.back().values[0]), 1);
    for (const auto& point : curve) {
      EXPECT_NEAR(point.mean, 100.5 + 3 * std::get<double>(point.values[0]), 0.3);
      EXPECT_LE(point.low, point.mean);
      EXPECT_GE(point.high, point.mean);
    }
    EXPECT_EQ(searcher->response({0, 2}, 4, Others::kAveraged)->size(), 16U);
  }
}

TEST(Response, AtTheBestTrialTheOthersKeepItsValues) {
  // The best has b near 0, where a does nothing; on average it matters.
  const auto searcher = informed([](double a, double b, double) { return b * (1 + a); });
  const auto at_best = *searcher->response({0}, 5, Others::kAtBest);
  const auto averaged = *searcher->response({0}, 5, Others::kAveraged);
  EXPECT_LT(std::abs(at_best.back().mean - at_best.front().mean), 0.15);
  EXPECT_NEAR(averaged.back().mean - averaged.front().mean, 0.5, 0.15);
}

TEST(Convergence, IsDetectedWhenNothingIsLeftToGain) {
  SearchOptions options;
  auto searcher = *make_searcher(*Space::create({unit("a"), unit("b")}), options);
  EXPECT_FALSE(searcher->convergence());
  bool converged = false;
  int trials = 0;
  for (TrialId id = 0; id < 60 && !converged; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    const double a = std::get<double>(suggestion->configuration[0]) - 0.3;
    const double b = std::get<double>(suggestion->configuration[1]) - 0.6;
    ASSERT_TRUE(searcher->observe(id, 7 + a * a + b * b));
    const auto answer = searcher->convergence();
    if (id >= 15) {
      ASSERT_TRUE(answer);
      EXPECT_GE(answer->expected_improvement, 0);
      EXPECT_LT(answer->expected_improvement, 0.1);
    }
    converged = answer && answer->converged;
    ++trials;
  }
  EXPECT_TRUE(converged);
  EXPECT_GE(trials, 17);  // the first reading after 15, then two more
}

TEST(Explanations, LeaveNoTraceInLaterSuggestions) {
  const auto objective = [](double a, double b, double c) { return a * b + c; };
  const auto asked = informed(objective);
  const auto silent = informed(objective);
  for (TrialId id = 0; id < 8; ++id) {
    ASSERT_TRUE(asked->importance());
    ASSERT_TRUE(asked->response({1}, 5, Others::kAveraged));
    ASSERT_TRUE(asked->convergence());
    const auto one = asked->suggest(id);
    const auto other = silent->suggest(id);
    ASSERT_EQ(one->configuration, other->configuration);
    for (auto* searcher : {asked.get(), silent.get()})
      ASSERT_TRUE(searcher->observe(id, static_cast<double>(id)));
  }
}

TEST(Explanations, SaySoWhenThereIsNoModel) {
  SearchOptions options;
  auto searcher = *make_searcher(*Space::create({unit("a")}), options);
  EXPECT_EQ(searcher->importance().error().kind, ErrorKind::kConflict);
  EXPECT_EQ(searcher->response({0}, 5, Others::kAveraged).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(searcher->response({1}, 5, Others::kAveraged).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(searcher->response({}, 5, Others::kAveraged).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(searcher->response({0}, 1, Others::kAveraged).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace tunesmith::tuning
