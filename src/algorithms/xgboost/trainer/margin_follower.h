// SPDX-License-Identifier: Apache-2.0
//
// Margins of a dense data set, carried from tree to tree. The library predicts a whole row anew for
// each round, most of it spent on copying the row; here a round's tree is walked for all rows at
// once, and several rounds' trees are taken from the library in one go. Same order of additions in
// single precision, so the margins are the library's. Not thread safe.
#pragma once

#include "algorithms/xgboost/trainer/model_trees.h"

#include <span>
#include <vector>

namespace tunesmith::algorithms::xgboost {

class MarginFollower {
 public:
  /// `features`: rows * columns, row by row, NaN where missing; must outlive the follower.
  MarginFollower(std::span<const float> features, std::size_t columns)
      : features_(features), columns_(columns) {}

  /// The margins before the next tree.
  void start(std::span<const float> margins) { margins_.assign(margins.begin(), margins.end()); }
  /// Adds the tree's leaf to each row's margin.
  void add(const Tree& tree);
  std::span<const float> margins() const { return margins_; }

 private:
  std::span<const float> features_;
  std::size_t columns_;
  std::vector<float> margins_;
};

}  // namespace tunesmith::algorithms::xgboost
