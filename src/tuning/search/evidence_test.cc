// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/evidence.h"

#include "base/random.h"
#include "tuning/search/parents.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::tuning {
namespace {

const Space& line() {
  static const Space space =
      *Space::create({{"x", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}}});
  return space;
}

TEST(RungValues, AreMovedByWhatTrialsTypicallyGain) {
  TrialLog log(Direction::kMinimize, {1, 3, 9});
  RungValues source(layout_of(line()), {1, 3, 9});
  // Three trials gain 5 from rung to rung and 2 from the next to the last; a fourth is stopped.
  for (TrialId id = 0; id < 4; ++id) {
    const auto value = static_cast<double>(id);
    ASSERT_TRUE(log.add_pending(id, {0.1 * value}));
    ASSERT_TRUE(log.report(id, 1, value + 7));
    if (id == 3) continue;
    ASSERT_TRUE(log.report(id, 3, value + 2));
    ASSERT_TRUE(log.report(id, 5, value + 1));
    ASSERT_TRUE(log.report(id, 9, value));
  }
  const Evidence evidence = source.gather(log);
  EXPECT_EQ(evidence.resource, 9);
  EXPECT_EQ(evidence.context, Context{1});
  ASSERT_EQ(evidence.values.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(evidence.values[i], static_cast<double>(i / 3));
    EXPECT_NEAR((*evidence.points[i].context)[0], 0.5 * static_cast<double>(i % 3), 1e-12);
  }
}

TEST(RungValues, AreScaledAsFarAsTrialsHaveShown) {
  // From rung to rung the spread halves. Of a few trials that says little, of many nearly all.
  for (const int count : {4, 400}) {
    TrialLog log(Direction::kMinimize, {1, 2});
    RungValues source(layout_of(line()), {1, 2});
    for (int i = 0; i < count; ++i) {
      const auto id = static_cast<TrialId>(i);
      const double value = (i + 0.5) / count;
      ASSERT_TRUE(log.add_pending(id, {value}));
      ASSERT_TRUE(log.report(id, 1, 10 + 2 * value));
      ASSERT_TRUE(log.report(id, 2, value));
    }
    const Evidence evidence = source.gather(log);
    const double slope = (evidence.values[2] - evidence.values[0]) * count / 2;
    if (count == 4) {
      EXPECT_NEAR(slope, std::pow(0.5, 4.0 / 24), 1e-9);
    } else {
      EXPECT_NEAR(slope, 0.5, 0.02);
    }
  }
}

TEST(RungValues, StayFiniteWhereSpreadsCannotBeCompared) {
  TrialLog log(Direction::kMinimize, {1, 2});
  RungValues source(layout_of(line()), {1, 2});
  for (TrialId id = 0; id < 40; ++id) {
    const auto value = static_cast<double>(id);
    ASSERT_TRUE(log.add_pending(id, {value / 40}));
    ASSERT_TRUE(log.report(id, 1, 1e-300 * value));
    ASSERT_TRUE(log.report(id, 2, 1e300 * value));
  }
  for (const double value : source.gather(log).values) EXPECT_TRUE(std::isfinite(value));
}

TEST(RungValues, PredictForTheHighestRungThatIsKnown) {
  TrialLog log(Direction::kMinimize, {1, 3, 9});
  RungValues source(layout_of(line()), {1, 3, 9});
  for (TrialId id = 0; id < 5; ++id) {
    ASSERT_TRUE(log.add_pending(id, {0.1 * static_cast<double>(id)}));
    ASSERT_TRUE(log.report(id, 1, 2));
    EXPECT_EQ(source.gather(log).resource, 1);
  }
  for (TrialId id = 0; id < 3; ++id) ASSERT_TRUE(log.report(id, 4, 1));
  EXPECT_EQ(source.gather(log).resource, 3);
}

TEST(RungValues, AFailureAndAValueWithoutReportsCountAtTheEnd) {
  TrialLog log(Direction::kMinimize, {1, 3});
  RungValues source(layout_of(line()), {1, 3});
  for (TrialId id = 0; id < 2; ++id)
    ASSERT_TRUE(log.add_pending(id, {0.5 * static_cast<double>(id)}));
  ASSERT_TRUE(log.end(0, std::nan("")));
  ASSERT_TRUE(log.end(1, 4.0));
  const Evidence evidence = source.gather(log);
  ASSERT_EQ(evidence.values.size(), 2U);
  EXPECT_TRUE(std::isnan(evidence.values[0]));
  EXPECT_EQ(evidence.values[1], 4);
  EXPECT_EQ((*evidence.points[1].context)[0], 1);
}

// A parent of 20 trials of `f`, joined to this search's trials of `g` at 0, 0.1, ... 1.
template <class F, class G>
ModelData joined(Parents& parents, WarmStart kind, const F& f, const G& g, ModelData& own,
                 std::vector<Point>& points) {
  std::vector<Point> known;
  std::vector<double> values;
  for (int i = 0; i < 20; ++i) {
    known.push_back({(i + 0.5) / 20});
    values.push_back(f(known.back()[0]));
  }
  parents.add(kind, known, values);
  own.layout = layout_of(line());
  for (int i = 0; i <= 10; ++i) points.push_back({0.1 * i});
  for (const auto& point : points) {
    own.points.push_back({&point, nullptr});
    own.targets.push_back(g(point[0]));
  }
  return parents.join(own, 160);
}

TEST(Parents, AreTakenToThisSearchsScale) {
  Parents parents(layout_of(line()), 1);
  ModelData own;
  std::vector<Point> points;
  const auto joint = joined(
      parents, WarmStart::kTransferLearning, [](double x) { return 1000 + 300 * std::sin(4 * x); },
      [](double x) { return std::sin(4 * x); }, own, points);
  ASSERT_EQ(joint.points.size(), 31U);
  EXPECT_EQ(joint.layout.size(), 2U);
  // The parent's trials come first, in a context of their own.
  EXPECT_NE(*joint.points[0].context, joint.context);
  EXPECT_EQ(*joint.points[20].context, joint.context);
  // The transform of the parent's values is not linear and its slope is held back a little.
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_NEAR(joint.targets[i], std::sin(4 * (*joint.points[i].point)[0]), 0.5);
}

TEST(Parents, TheBestOfEachComesFirst) {
  Parents parents(layout_of(line()), 1);
  EXPECT_TRUE(parents.best({}, 3).empty());
  parents.add(WarmStart::kTransferLearning, {{0.1}, {0.2}, {0.3}}, {3, 1, 2});
  parents.add(WarmStart::kTransferLearning, {{0.4}, {0.5}}, {0, 9});
  parents.add(WarmStart::kIdenticalDataAndAlgorithm, {{0.6}, {0.7}}, {0, 9});
  parents.add(WarmStart::kTransferLearning, {{0.8}, {0.9}}, {5, 5});  // says nothing: left out
  EXPECT_EQ(parents.best({true, true, true}, 3), (std::vector<Point>{{0.2}, {0.4}, {0.3}}));
  EXPECT_EQ(parents.best({false, true, true}, 3), (std::vector<Point>{{0.4}, {0.5}}));
  EXPECT_EQ(parents.size(), 3U);
}

TEST(Parents, AJointFitBeginsWhereTheirOwnFitsEnded) {
  Parents parents(layout_of(line()), 1);
  std::vector<Point> points;
  std::vector<double> fast, slow;
  for (int i = 0; i < 20; ++i) {
    points.push_back({(i + 0.5) / 20});
    fast.push_back(std::sin(20 * points.back()[0]));
    slow.push_back(std::sin(points.back()[0]));
  }
  parents.add(WarmStart::kTransferLearning, points, fast);
  // (log length of x, of the parent's relevance, log scale, log noise, the warp's four)
  const Theta one = parents.common_theta(8);
  ASSERT_EQ(one.size(), 8U);
  EXPECT_LT(one[0], -1);
  EXPECT_NEAR(one[1], std::log(2.0), 1e-12);
  EXPECT_LT(one[3], -4);
  for (std::size_t i = 4; i < 8; ++i) EXPECT_EQ(one[i], 0);
  parents.add(WarmStart::kIdenticalDataAndAlgorithm, points, slow);
  const Theta both = parents.common_theta(11);
  EXPECT_GT(both[0], one[0] + 0.2);
  EXPECT_NEAR(both[1], std::log(2.0), 1e-12);
  EXPECT_NEAR(both[2], std::log(4.0), 1e-12);
}

TEST(Parents, OneThatCannotPredictItselfIsLeftOut) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Parents parents(layout_of(line()), 1);
    Rng rng(seed, 1);
    std::vector<Point> points;
    std::vector<double> noise, smooth;
    for (int i = 0; i < 40; ++i) {
      points.push_back({rng.uniform()});
      noise.push_back(rng.normal());
      smooth.push_back(std::sin(4 * points.back()[0]) + 0.1 * rng.normal());
    }
    parents.add(WarmStart::kTransferLearning, points, noise);
    const std::size_t noisy = parents.size();
    parents.add(WarmStart::kTransferLearning, points, smooth);
    EXPECT_EQ(parents.size(), noisy + 1) << seed;
    EXPECT_EQ(noisy, 0U) << seed;
  }
}

TEST(Parents, OneAgreesWhenItOrdersMostPairsRightly) {
  Parents parents(layout_of(line()), 1);
  std::vector<Point> points;
  std::vector<double> up, down;
  for (int i = 0; i < 12; ++i) {
    points.push_back({(i + 0.5) / 12});
    up.push_back(points.back()[0]);
    down.push_back(-points.back()[0]);
  }
  parents.add(WarmStart::kTransferLearning, points, up);
  parents.add(WarmStart::kTransferLearning, points, down);
  EXPECT_EQ(parents.agreeing({}), (std::vector<bool>{true, true}));
  const std::vector<Observation> own = {{{0.2}, 5, 0}, {{0.4}, 8, 0}, {{0.9}, std::nan(""), 0}};
  EXPECT_EQ(parents.agreeing(own), (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace tunesmith::tuning
