// SPDX-License-Identifier: Apache-2.0
//
// Properties that hold for every strategy on every space, and that a log can be played again.
#include "base/random.h"
#include "tuning/searcher.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

namespace tunesmith::tuning {
namespace {

Parameter random_parameter(Rng& rng, std::size_t index) {
  Parameter p;
  p.name = "p" + std::to_string(index);
  switch (rng.below(3)) {
    case 0: {
      p.kind = ParameterKind::kCategorical;
      const std::size_t count = 1 + rng.below(30);
      for (std::size_t k = 0; k < count; ++k) p.values.push_back("v" + std::to_string(k));
      return p;
    }
    case 1:
      p.kind = ParameterKind::kInteger;
      p.min = std::floor(rng.normal() * std::pow(10.0, static_cast<double>(rng.below(5))));
      p.max = p.min + static_cast<double>(rng.below(rng.below(2) == 0 ? 5 : 100'000));
      p.scaling = p.min > 0 && rng.below(2) == 0 ? Scaling::kLogarithmic : Scaling::kAuto;
      return p;
    default:
      break;
  }
  switch (rng.below(4)) {
    case 0:
      p.scaling = Scaling::kLogarithmic;
      p.min = std::pow(10.0, -8 * rng.uniform());
      p.max = p.min * std::pow(10.0, 6 * rng.uniform());
      break;
    case 1:
      p.scaling = Scaling::kReverseLogarithmic;
      p.min = 0.5 * rng.uniform();
      p.max = p.min + (1 - p.min) * 0.999 * rng.uniform();
      break;
    default:
      p.scaling = rng.below(2) == 0 ? Scaling::kLinear : Scaling::kAuto;
      p.min = 1e3 * rng.normal();
      p.max = p.min + (rng.below(10) == 0 ? 0.0 : std::exp(5 * rng.normal()));
  }
  return p;
}

Space random_space(Rng& rng) {
  std::vector<Parameter> parameters;
  const std::size_t count = 1 + rng.below(7);
  for (std::size_t j = 0; j < count; ++j) parameters.push_back(random_parameter(rng, j));
  return *Space::create(std::move(parameters));
}

TEST(EverySearch, SuggestsPointsThatAreInsideRoundedAndNew) {
  for (std::uint64_t round = 0; round < 60; ++round) {
    Rng rng(99, round);
    SearchOptions options;
    options.seed = round;
    options.budget = 30;
    options.max_resource = 9;
    options.strategy = std::vector{Strategy::kBayesian, Strategy::kRandom, Strategy::kHyperband,
                                   Strategy::kBayesian}[round % 4];
    auto searcher = *make_searcher(random_space(rng), options);
    const Space& space = searcher->space();
    std::set<Point> seen;
    std::vector<TrialId> open;
    for (TrialId id = 0; id < 30; ++id) {
      const auto suggestion = searcher->suggest(id);
      if (!suggestion) {
        EXPECT_EQ(suggestion.error().kind, ErrorKind::kLimitExceeded);
        EXPECT_EQ(static_cast<double>(seen.size()), space.cardinality());
        break;
      }
      const auto point = space.encode(suggestion->configuration);
      ASSERT_TRUE(point) << point.error().message;
      EXPECT_EQ(space.snap(*point), *point);
      EXPECT_TRUE(seen.insert(*point).second) << "round " << round << " trial " << id;
      open.push_back(id);
      while (open.size() > rng.below(4)) {
        const TrialId done = open.back();
        open.pop_back();
        if (rng.below(8) == 0) {
          ASSERT_TRUE(searcher->fail(done));
        } else {
          ASSERT_TRUE(searcher->report(done, 1, rng.normal()));
          ASSERT_TRUE(searcher->observe(done, std::exp(3 * rng.normal())));
        }
      }
    }
  }
}

// A search of 40 trials, three at a time, each reporting for some epochs. Every call is logged.
using Log = std::vector<std::function<void(Searcher&)>>;

void play(Searcher& searcher, Log& log) {
  Rng rng(2);
  std::vector<std::pair<TrialId, std::int64_t>> open;
  for (TrialId id = 0; id < 40; ++id) {
    const auto suggestion = searcher.suggest(id);
    ASSERT_TRUE(suggestion);
    log.emplace_back(
        [=](Searcher& s) { EXPECT_TRUE(s.replay_suggested(id, suggestion->configuration)); });
    open.emplace_back(id, 0);
    while (open.size() > 2) {
      const std::size_t at = rng.below(open.size());
      auto& [trial, epoch] = open[at];
      const double value = rng.normal() + 3.0 / static_cast<double>(++epoch);
      const auto decision = searcher.report(trial, epoch, value);
      ASSERT_TRUE(decision);
      log.emplace_back([trial = trial, epoch = epoch, value, expected = *decision](Searcher& s) {
        EXPECT_EQ(*s.report(trial, epoch, value), expected);
      });
      if (epoch < 9 && *decision == Decision::kContinue) continue;
      const TrialId done = trial;
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      ASSERT_TRUE(searcher.stop(done, value));
      log.emplace_back([=](Searcher& s) { EXPECT_TRUE(s.stop(done, value)); });
    }
  }
}

TEST(EverySearch, GoesOnAfterAReplayAsIfNothingHadHappened) {
  const auto space =
      *Space::create({{"x", ParameterKind::kContinuous, 1e-4, 1, Scaling::kAuto, {}},
                      {"k", ParameterKind::kInteger, 1, 50, Scaling::kAuto, {}},
                      {"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "b", "c"}}});
  for (const int variant : {0, 1, 2, 3, 4}) {
    SearchOptions options;
    options.seed = 5;
    options.max_resource = 9;
    options.strategy = variant == 0   ? Strategy::kRandom
                       : variant == 1 ? Strategy::kHyperband
                                      : Strategy::kBayesian;
    if (variant == 2) options.early_stopping = EarlyStopping::kAuto;
    const auto begin = [&] {
      auto searcher = *make_searcher(space, options);
      Rng rng(7);
      std::vector<FinishedTrial> trials;
      for (int i = 0; i < 25; ++i)
        trials.push_back(
            {space.decode({rng.uniform(), rng.uniform(), rng.uniform()}), rng.normal()});
      if (variant >= 3) {
        EXPECT_TRUE(searcher->add_parent(
            variant == 3 ? WarmStart::kIdenticalDataAndAlgorithm : WarmStart::kTransferLearning,
            trials));
      }
      return searcher;
    };
    auto first = begin();
    Log log;
    play(*first, log);
    auto second = begin();
    for (const auto& event : log) event(*second);
    for (TrialId id = 100; id < 103; ++id) {
      const auto one = first->suggest(id);
      const auto other = second->suggest(id);
      ASSERT_TRUE(one && other);
      EXPECT_EQ(one->configuration, other->configuration) << variant;
      EXPECT_EQ(one->explanation.acquisition, other->explanation.acquisition);
    }
  }
}

// A wide bowl, in whose slope there is a narrow and deeper hole.
TEST(Bayesian, ASearchThatHasSettledLooksWhereItHasNotBeen) {
  const auto distance = [](const Configuration& c, double centre) {
    double sum = 0;
    for (const auto& value : c) sum += std::pow(std::get<double>(value) - centre, 2);
    return sum;
  };
  int found = 0;
  bool explored = false;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    SearchOptions options;
    options.seed = seed;
    options.budget = 100;
    auto searcher = *make_searcher(
        *Space::create({{"a", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                        {"b", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}}}),
        options);
    double best = INFINITY;
    for (TrialId id = 0; id < 100; ++id) {
      const auto suggestion = searcher->suggest(id);
      ASSERT_TRUE(suggestion);
      explored = explored || suggestion->explanation.step == "exploration";
      const double y = distance(suggestion->configuration, 0.4) -
                       1.5 * std::exp(-distance(suggestion->configuration, 0.85) / 0.0128);
      best = std::min(best, y);
      ASSERT_TRUE(searcher->observe(id, y));
    }
    found += best < -1 ? 1 : 0;
  }
  EXPECT_TRUE(explored);
  EXPECT_EQ(found, 4);
}

// The logarithm of the best of 15 values of a bowl, the mean of some searches, after a parent that
// knows another bowl.
double log_best_with_parent(std::optional<WarmStart> kind, double parent_centre,
                            double parent_sign) {
  const auto bowl = [](const Configuration& c, double centre) {
    double sum = 0;
    for (const auto& value : c) sum += std::pow(std::get<double>(value) - centre, 2);
    return sum;
  };
  double total = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SearchOptions options;
    options.seed = seed;
    auto searcher = *make_searcher(
        *Space::create({{"a", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                        {"b", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                        {"c", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                        {"d", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}}}),
        options);
    Rng rng(seed, 1);
    std::vector<FinishedTrial> trials;
    for (int i = 0; i < 40; ++i) {
      auto c =
          searcher->space().decode({rng.uniform(), rng.uniform(), rng.uniform(), rng.uniform()});
      const double y = 10 + 4 * parent_sign * bowl(c, parent_centre);
      trials.push_back({std::move(c), y});
    }
    if (kind) {
      EXPECT_TRUE(searcher->add_parent(*kind, trials));
    }
    double best = INFINITY;
    for (TrialId id = 0; id < 15; ++id) {
      const auto suggestion = searcher->suggest(id);
      EXPECT_TRUE(suggestion);
      const double y = bowl(suggestion->configuration, 0.2);
      best = std::min(best, y);
      EXPECT_TRUE(searcher->observe(id, y));
    }
    total += std::log(best) / 8;
  }
  return total;
}

TEST(WarmStart, ARelatedParentHelpsAndAMisleadingOneDoesLittleHarm) {
  const double none = log_best_with_parent(std::nullopt, 0, 0);
  for (const auto kind : {WarmStart::kIdenticalDataAndAlgorithm, WarmStart::kTransferLearning}) {
    EXPECT_LT(log_best_with_parent(kind, 0.22, 1), none - 0.3);
    EXPECT_LT(log_best_with_parent(kind, 0.2, -1), none + 1);
  }
}

TEST(WarmStart, AParentOfPureNoiseIsAsNone) {
  const auto space = *Space::create({{"k", ParameterKind::kInteger, 1, 40, Scaling::kLinear, {}}});
  Rng rng(3);
  std::vector<FinishedTrial> noise;
  for (std::int64_t k = 1; k <= 30; ++k) noise.push_back({{Value(k)}, rng.normal()});
  const auto search = [&](bool with_parent) {
    auto searcher = *make_searcher(space, {});
    if (with_parent) {
      EXPECT_TRUE(searcher->add_parent(WarmStart::kIdenticalDataAndAlgorithm, noise));
    }
    std::vector<std::int64_t> suggested;
    for (TrialId id = 0; id < 12; ++id) {
      const auto suggestion = searcher->suggest(id);
      if (!suggestion) break;
      suggested.push_back(std::get<std::int64_t>(suggestion->configuration[0]));
      EXPECT_TRUE(searcher->observe(id, std::abs(static_cast<double>(suggested.back()) - 7)));
    }
    return suggested;
  };
  EXPECT_EQ(search(true), search(false));
}

// Trials that tell nothing of the objective, and the noise of ten, still tell where it fails.
TEST(WarmStart, WhatFailedOrWasTheOnlyOneInAnIdenticalParentIsNotTriedAgain) {
  const auto space = *Space::create({{"k", ParameterKind::kInteger, 1, 40, Scaling::kLinear, {}}});
  Rng rng(3);
  std::vector<FinishedTrial> some_noise;
  for (std::int64_t k = 1; k <= 40; ++k)
    some_noise.push_back({{Value(k)}, k % 4 != 0 ? std::optional(rng.normal()) : std::nullopt});
  const std::vector<std::vector<FinishedTrial>> parents = {
      {{{Value(std::int64_t{20})}, 0.5}},
      {{{Value(std::int64_t{20})}, 0.5}, {{Value(std::int64_t{21})}, 0.5}},
      {{{Value(std::int64_t{20})}, std::nullopt}, {{Value(std::int64_t{21})}, std::nullopt}},
      some_noise,
  };
  for (const auto& parent : parents) {
    auto searcher = *make_searcher(space, {});
    ASSERT_TRUE(searcher->add_parent(WarmStart::kIdenticalDataAndAlgorithm, parent));
    for (TrialId id = 0; id < 10; ++id) {
      const auto suggestion = searcher->suggest(id);
      ASSERT_TRUE(suggestion);
      for (const auto& trial : parent)
        if (&parent != &parents.back() || !trial.value) {
          EXPECT_NE(suggestion->configuration, trial.configuration);
        }
      ASSERT_TRUE(searcher->observe(id, static_cast<double>(id)));
    }
  }
}

TEST(WarmStart, AParentsConfigurationIsTriedAgainOnlyByTransferLearning) {
  const auto space = *Space::create({{"k", ParameterKind::kInteger, 1, 30, Scaling::kLinear, {}}});
  for (const auto kind : {WarmStart::kIdenticalDataAndAlgorithm, WarmStart::kTransferLearning}) {
    auto searcher = *make_searcher(space, {});
    std::vector<FinishedTrial> trials;
    for (std::int64_t k = 1; k <= 29; k += 2)
      trials.push_back({{Value(k)}, std::abs(static_cast<double>(k) - 17)});
    ASSERT_TRUE(searcher->add_parent(kind, trials));
    // The third suggestion is the first that a parent may lead.
    std::int64_t k = 0;
    for (TrialId id = 0; id < 3; ++id) {
      const auto suggestion = searcher->suggest(id);
      ASSERT_TRUE(suggestion);
      k = std::get<std::int64_t>(suggestion->configuration[0]);
      ASSERT_TRUE(searcher->observe(id, std::abs(static_cast<double>(k) - 17.5)));
    }
    if (kind == WarmStart::kTransferLearning) {
      EXPECT_EQ(k, 17);
    } else {
      EXPECT_EQ(k % 2, 0);
    }
  }
}

}  // namespace
}  // namespace tunesmith::tuning
