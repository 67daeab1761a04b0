// SPDX-License-Identifier: Apache-2.0
//
// The trees of a saved model, read from the library's UBJSON bytes (ubjson.org, draft 12): enough
// to walk them without the library. Any bytes give trees or an error.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {

struct Tree {
  /// A leaf is its own child on both sides, so that a walk may go on there harmlessly.
  struct Node {
    float value = 0;  // a split's threshold, or a leaf's value
    std::uint32_t feature = 0;
    std::uint32_t left = 0;  // taken for feature < value
    std::uint32_t right = 0;
    bool missing_left = false;
  };
  std::vector<Node> nodes;  // the root first
  int depth = 0;            // steps from the root to the deepest leaf
};

/// kCorrupt for what is no model of numeric trees whose features are below `feature_count`.
Result<std::vector<Tree>> read_trees(std::string_view model, std::size_t feature_count);

}  // namespace tunesmith::algorithms::xgboost
