// SPDX-License-Identifier: Apache-2.0
#include "tuning/searcher.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace tunesmith::tuning {
namespace {

Space xgboost_space() {
  return *Space::create(
      {{"eta", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
       {"alpha", ParameterKind::kContinuous, 0, 2, Scaling::kLinear, {}},
       {"max_depth", ParameterKind::kInteger, 1, 10, Scaling::kAuto, {}},
       {"booster", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"gbtree", "dart"}}});
}

Space finite_space() {
  return *Space::create(
      {{"k", ParameterKind::kInteger, 1, 5, Scaling::kLinear, {}},
       {"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "b", "c"}}});
}

double objective(const Configuration& c) {
  const double eta = std::get<double>(c[0]);
  const double alpha = std::get<double>(c[1]);
  const auto depth = static_cast<double>(std::get<std::int64_t>(c[2]));
  return std::pow(eta - 0.3, 2) + 0.2 * std::pow(alpha - 1.4, 2) + 0.01 * std::pow(depth - 6, 2) +
         (std::get<std::string>(c[3]) == "dart" ? 0.05 : 0.0);
}

std::unique_ptr<Searcher> make(Space space, Strategy strategy, std::uint64_t seed = 1,
                               Direction direction = Direction::kMinimize) {
  SearchOptions options;
  options.seed = seed;
  options.strategy = strategy;
  options.direction = direction;
  return *make_searcher(std::move(space), options);
}

double best_after(Searcher& searcher, int trials, double sign = 1) {
  double best = INFINITY;
  for (int i = 0; i < trials; ++i) {
    const auto id = static_cast<TrialId>(i);
    const auto suggestion = searcher.suggest(id);
    if (!suggestion) break;
    const double y = objective(suggestion->configuration);
    best = std::min(best, y);
    EXPECT_TRUE(searcher.observe(id, sign * y));
  }
  return best;
}

TEST(Searcher, BayesianFindsTheOptimumOfASmoothMixedFunction) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto searcher = make(xgboost_space(), Strategy::kBayesian, seed);
    EXPECT_LT(best_after(*searcher, 30), 0.003) << seed;
  }
}

TEST(Searcher, MaximisingIsMinimisingTheNegative) {
  auto up = make(xgboost_space(), Strategy::kBayesian, 3, Direction::kMaximize);
  auto down = make(xgboost_space(), Strategy::kBayesian, 3, Direction::kMinimize);
  EXPECT_EQ(best_after(*up, 15, -1), best_after(*down, 15));
}

TEST(Searcher, ReplayedLogGivesTheSameNextSuggestion) {
  for (const auto strategy : {Strategy::kBayesian, Strategy::kRandom}) {
    auto first = make(xgboost_space(), strategy, 7);
    std::vector<std::function<void(Searcher&)>> log;
    Rng rng(2);
    std::vector<TrialId> open;
    for (TrialId id = 0; id < 60; ++id) {
      const auto suggestion = first->suggest(id);
      ASSERT_TRUE(suggestion);
      log.emplace_back(
          [=](Searcher& s) { EXPECT_TRUE(s.replay_suggested(id, suggestion->configuration)); });
      open.push_back(id);
      while (open.size() > 3 || (!open.empty() && rng.below(3) == 0)) {
        const std::size_t at = rng.below(open.size());
        const TrialId done = open[at];
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        const auto kind = rng.below(10);
        const double y = rng.normal();
        const std::function<void(Searcher&)> event = [=](Searcher& s) {
          if (kind == 0) {
            EXPECT_TRUE(s.fail(done));
          }
          if (kind == 1) {
            EXPECT_TRUE(s.stop(done, std::nullopt));
          }
          if (kind == 2) {
            EXPECT_TRUE(s.stop(done, y));
          }
          if (kind == 3) {
            EXPECT_TRUE(s.remove(done));
          }
          if (kind > 3) {
            EXPECT_TRUE(s.observe(done, y));
          }
        };
        event(*first);
        log.push_back(event);
      }
    }
    auto second = make(xgboost_space(), strategy, 7);
    for (const auto& event : log) event(*second);
    for (TrialId id = 100; id < 103; ++id)
      EXPECT_EQ(first->suggest(id)->configuration, second->suggest(id)->configuration);
  }
}

TEST(Searcher, FiniteSpacesAreSearchedWholeWithoutRepeats) {
  for (const auto strategy : {Strategy::kBayesian, Strategy::kRandom, Strategy::kGrid}) {
    auto searcher = make(finite_space(), strategy);
    std::set<std::string> seen;
    for (TrialId id = 0; id < 15; ++id) {
      const auto suggestion = searcher->suggest(id);
      ASSERT_TRUE(suggestion);
      seen.insert(std::to_string(std::get<std::int64_t>(suggestion->configuration[0])) +
                  std::get<std::string>(suggestion->configuration[1]));
      if (id % 2 == 0) {
        EXPECT_TRUE(searcher->observe(id, static_cast<double>(id)));
      }
    }
    EXPECT_EQ(seen.size(), 15U);
    const auto none = searcher->suggest(99);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::kLimitExceeded);
    // A trial that never ran gives its configuration back.
    EXPECT_TRUE(searcher->remove(1));
    EXPECT_TRUE(searcher->suggest(100));
  }
}

TEST(Searcher, AwkwardObjectivesNeverFailASuggestion) {
  const std::vector<std::function<double(int)>> objectives = {
      [](int) { return 1.0; },
      [](int) { return std::nan(""); },
      [](int i) { return i == 5 ? 1.0 : INFINITY; },
      [](int i) { return i % 2 == 0 ? 1e308 : -1e308; },
      [](int i) { return 1 + 1e-17 * i; },
      [](int i) { return i == 3 ? 1e-300 : 0.0; },
      [](int i) { return std::pow(10.0, i * 7 % 40); },
  };
  for (const auto& f : objectives) {
    auto searcher = make(xgboost_space(), Strategy::kBayesian);
    for (int i = 0; i < 30; ++i) {
      const auto suggestion = searcher->suggest(static_cast<TrialId>(i));
      ASSERT_TRUE(suggestion);
      EXPECT_TRUE(searcher->space().encode(suggestion->configuration));
      EXPECT_TRUE(searcher->observe(static_cast<TrialId>(i), f(i)));
    }
  }
}

TEST(Searcher, ManyPendingTrialsGetDifferentConfigurations) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian);
  best_after(*searcher, 20);
  std::vector<Point> points;
  std::vector<double> suggested;
  std::vector<double> random;
  Rng rng(3);
  for (TrialId id = 100; id < 200; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    points.push_back(*searcher->space().encode(suggestion->configuration));
    suggested.push_back(objective(suggestion->configuration));
    random.push_back(objective(
        searcher->space().decode({rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()})));
  }
  // They are worth more than as many random ones: by the tenth best of either.
  std::sort(suggested.begin(), suggested.end());
  std::sort(random.begin(), random.end());
  EXPECT_LT(suggested[9], 0.5 * random[9]);
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      double distance = 0;
      for (std::size_t k = 0; k < 4; ++k)
        distance = std::max(distance, std::abs(points[i][k] - points[j][k]));
      EXPECT_GT(distance, 1e-3);
    }
}

TEST(Searcher, TenThousandObservationsAreNoTrouble) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian);
  Rng rng(1);
  std::vector<FinishedTrial> trials;
  for (int i = 0; i < 10000; ++i) {
    auto configuration =
        searcher->space().decode({rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()});
    const double y = objective(configuration) + 0.01 * rng.normal();
    trials.push_back({std::move(configuration), y});
  }
  ASSERT_TRUE(searcher->preload(trials));
  const auto suggestion = searcher->suggest(0);
  ASSERT_TRUE(suggestion);
  EXPECT_LT(objective(suggestion->configuration), 0.1);
}

TEST(Searcher, FailedRegionsAreAvoided) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian);
  int failures = 0;
  for (TrialId id = 0; id < 40; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    if (std::get<double>(suggestion->configuration[0]) > 0.5) {
      if (id >= 15) ++failures;
      EXPECT_TRUE(searcher->fail(id));
    } else {
      EXPECT_TRUE(searcher->observe(id, objective(suggestion->configuration)));
    }
  }
  EXPECT_LT(failures, 7);
}

TEST(Searcher, ExplainsItsModelsSuggestionsInTheObjectivesUnits) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian, 1, Direction::kMaximize);
  for (TrialId id = 0; id < 20; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    EXPECT_FALSE(suggestion->explanation.step.empty());
    if (id == 0) {
      EXPECT_FALSE(suggestion->explanation.mean);
    }
    if (id == 19) {
      ASSERT_TRUE(suggestion->explanation.mean);
      EXPECT_NEAR(*suggestion->explanation.mean, 500, 2);
      EXPECT_GE(*suggestion->explanation.deviation, 0);
    }
    EXPECT_TRUE(searcher->observe(id, 500 - objective(suggestion->configuration)));
  }
}

TEST(Searcher, HyperbandStopsTrialsAndBayesianDoesNot) {
  SearchOptions options;
  options.strategy = Strategy::kHyperband;
  EXPECT_FALSE(make_searcher(xgboost_space(), options));  // no max_resource
  options.max_resource = 27;
  options.early_stopping = EarlyStopping::kAuto;
  EXPECT_FALSE(make_searcher(xgboost_space(), options));
  options.early_stopping = EarlyStopping::kOff;
  auto searcher = *make_searcher(xgboost_space(), options);
  int stopped = 0;
  for (TrialId id = 0; id < 30; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    const double y = id % 3 == 0 ? 0.1 : 1.0 + 0.01 * static_cast<double>(id);
    std::int64_t epoch = 1;
    while (epoch < 27 && *searcher->report(id, epoch, y) == Decision::kContinue) ++epoch;
    EXPECT_EQ(*searcher->report(id, epoch, y), Decision::kStop);
    if (epoch < 27) ++stopped;
    EXPECT_TRUE(searcher->stop(id, y));
  }
  EXPECT_GT(stopped, 10);
  EXPECT_LT(stopped, 30);
  auto plain = make(xgboost_space(), Strategy::kBayesian);
  ASSERT_TRUE(plain->suggest(0));
  for (int epoch = 1; epoch < 100; ++epoch)
    EXPECT_EQ(*plain->report(0, epoch, 1e9), Decision::kContinue);
}

TEST(Searcher, AHyperbandSearchThatIsReadBackGoesOnAsItWas) {
  SearchOptions options;
  options.strategy = Strategy::kHyperband;
  options.max_resource = 8;
  auto searcher = *make_searcher(xgboost_space(), options);
  auto again = *make_searcher(xgboost_space(), options);
  const auto curve = [](TrialId id, std::int64_t epoch) {
    return static_cast<double>(id * 7 % 11) + 8.0 / static_cast<double>(epoch);
  };
  for (TrialId id = 0; id < 12; ++id) {
    const auto suggestion = searcher->suggest(id);
    ASSERT_TRUE(suggestion);
    ASSERT_TRUE(again->replay_suggested(id, suggestion->configuration));
    std::int64_t epoch = 0;
    Decision decision = Decision::kContinue;
    while (decision == Decision::kContinue) {
      ++epoch;
      decision = *searcher->report(id, epoch, curve(id, epoch));
      // Trial 11 still runs when the log is read back.
      if (id < 11) {
        ASSERT_TRUE(again->replay_report(id, epoch, curve(id, epoch)));
      } else {
        ASSERT_EQ(*again->report(id, epoch, curve(id, epoch)), decision);
      }
    }
    ASSERT_TRUE(searcher->stop(id, curve(id, epoch)));
    ASSERT_TRUE(again->stop(id, curve(id, epoch)));
  }
  EXPECT_EQ(searcher->suggest(12)->configuration, again->suggest(12)->configuration);
}

TEST(Searcher, EarlyStoppingAutoStopsTheWorseHalf) {
  SearchOptions options;
  options.early_stopping = EarlyStopping::kAuto;
  auto searcher = *make_searcher(xgboost_space(), options);
  for (TrialId id = 0; id < 5; ++id) {
    ASSERT_TRUE(searcher->suggest(id));
    for (int epoch = 1; epoch <= 10; ++epoch)
      ASSERT_EQ(*searcher->report(id, epoch, static_cast<double>(id)), Decision::kContinue);
    ASSERT_TRUE(searcher->observe(id, static_cast<double>(id)));
  }
  ASSERT_TRUE(searcher->suggest(7));
  ASSERT_TRUE(searcher->report(7, 1, 4.5));
  EXPECT_EQ(*searcher->report(7, 5, 4.5), Decision::kStop);
  EXPECT_EQ(*searcher->report(7, 5, 4.5), Decision::kStop);  // a log read twice
  EXPECT_EQ(*searcher->report(7, 6, 0.1), Decision::kStop);  // once is for good
  EXPECT_TRUE(searcher->stop(7, 4.5));
}

TEST(Searcher, ParentsAreLimitedAndComeFirst) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian);
  const FinishedTrial inside{{Value(0.5), Value(1.0), Value(std::int64_t{3}), Value("dart")}, 1.0};
  FinishedTrial outside = inside;
  outside.configuration[0] = Value(7.0);
  for (std::size_t i = 0; i < Searcher::kMaxParents; ++i)
    EXPECT_EQ(*searcher->add_parent(WarmStart::kTransferLearning, {inside, outside}), 1U);
  EXPECT_EQ(searcher->add_parent(WarmStart::kTransferLearning, {}).error().kind,
            ErrorKind::kLimitExceeded);
  auto begun = make(xgboost_space(), Strategy::kBayesian);
  ASSERT_TRUE(begun->suggest(0));
  EXPECT_EQ(begun->add_parent(WarmStart::kTransferLearning, {}).error().kind, ErrorKind::kConflict);
}

TEST(Searcher, MisuseIsRefusedAndChangesNothing) {
  auto searcher = make(xgboost_space(), Strategy::kBayesian);
  ASSERT_TRUE(searcher->suggest(1));
  EXPECT_EQ(searcher->suggest(1).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(searcher->observe(2, 0).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(searcher->report(2, 1, 0).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(searcher->observe(1, 0));
  EXPECT_EQ(searcher->fail(1).error().kind, ErrorKind::kConflict);
  EXPECT_FALSE(searcher->replay_suggested(3, {Value(2.0)}));
  EXPECT_FALSE(searcher->preload({{{Value(7.0)}, 1.0}}));
  EXPECT_TRUE(searcher->suggest(3));
  SearchOptions grid;
  grid.strategy = Strategy::kGrid;
  EXPECT_FALSE(make_searcher(xgboost_space(), grid));
}

}  // namespace
}  // namespace tunesmith::tuning
