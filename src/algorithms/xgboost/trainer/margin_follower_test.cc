// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/margin_follower.h"

#include "algorithms/xgboost/trainer/model.h"
#include "algorithms/xgboost/trainer/test_data.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::size_t kColumns = 4;
constexpr int kRounds = 12;

Table table_with_missing_values(std::uint64_t seed, std::size_t rows) {
  Rng rng(seed);
  Table table;
  table.rows = rows;
  table.columns = kColumns;
  for (std::size_t row = 0; row < rows; ++row) {
    double signal = 0;
    for (std::size_t column = 0; column < kColumns; ++column) {
      const double value = std::round(rng.normal() * 8) / 8;
      signal += value * static_cast<double>(column);
      table.dense.push_back(rng.uniform() < 0.2 ? std::numeric_limits<float>::quiet_NaN()
                                                : static_cast<float>(value));
    }
    table.labels.push_back(signal + rng.normal() > 1 ? 1.0F : 0.0F);
  }
  return table;
}

class Following : public testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = test_library();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    library_ = *loaded;
    train_table_ = table_with_missing_values(1, 900);
    other_table_ = table_with_missing_values(2, 333);
    auto train = Matrix::create(*library_, train_table_);
    auto other = Matrix::create(*library_, other_table_);
    ASSERT_TRUE(train && other);
    train_ = std::move(*train);
    other_ = std::move(*other);
    const std::array<Library::Handle, 2> cached = {train_.handle(), other_.handle()};
    auto booster = Booster::create(*library_, cached);
    ASSERT_TRUE(booster);
    booster_ = std::move(*booster);
    ASSERT_TRUE(booster_.set("objective", "binary:logistic"));
    ASSERT_TRUE(booster_.set("nthread", "1"));
    ASSERT_TRUE(booster_.set("max_depth", "7"));
  }

  const Library* library_ = nullptr;
  Table train_table_;
  Table other_table_;
  Matrix train_;
  Matrix other_;
  Booster booster_;
};

TEST_F(Following, GivesTheLibrarysMarginsToTheLastBit) {
  MarginFollower follower(other_table_.dense, kColumns);
  std::vector<std::vector<float>> theirs;
  for (int round = 0; round < kRounds; ++round) {
    ASSERT_TRUE(booster_.update(round, train_));
    const auto margins = booster_.margins(other_);
    ASSERT_TRUE(margins);
    theirs.emplace_back(margins->begin(), margins->end());
  }
  follower.start(theirs.front());
  for (int begin = 1; begin < kRounds; begin += 4) {
    const auto part = booster_.rounds(begin, std::min(begin + 4, kRounds));
    ASSERT_TRUE(part);
    const auto bytes = part->save();
    ASSERT_TRUE(bytes);
    const auto trees = read_trees(*bytes, kColumns);
    ASSERT_TRUE(trees) << trees.error().message;
    for (std::size_t i = 0; i < trees->size(); ++i) {
      follower.add((*trees)[i]);
      const auto ours = follower.margins();
      ASSERT_EQ(std::vector<float>(ours.begin(), ours.end()),
                theirs[static_cast<std::size_t>(begin) + i]);
    }
  }
}

TEST_F(Following, DamagedModelsGiveErrorsOrSoundTrees) {
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(booster_.update(round, train_));
  const auto bytes = booster_.save();
  ASSERT_TRUE(bytes);
  ASSERT_EQ(read_trees(*bytes, kColumns)->size(), 3U);
  EXPECT_FALSE(read_trees(*bytes, 1));
  EXPECT_FALSE(read_trees("", kColumns));
  Rng rng(23);
  for (int round = 0; round < 3000; ++round) {
    auto damaged = bytes->substr(0, round % 2 == 0 ? bytes->size() : rng.below(bytes->size()));
    for (int hits = 0; hits < 4 && !damaged.empty(); ++hits) {
      damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
    }
    const auto trees = read_trees(damaged, kColumns);
    if (!trees) continue;
    MarginFollower follower(other_table_.dense, kColumns);
    follower.start(std::vector<float>(other_table_.rows));
    for (const auto& tree : *trees) {
      if (tree.nodes.empty()) continue;
      follower.add(tree);
    }
  }
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
