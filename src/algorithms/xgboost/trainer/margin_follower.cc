// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/margin_follower.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tunesmith::algorithms::xgboost {

void MarginFollower::add(const Tree& tree) {
  // A block of rows goes down the tree together, one level a step and without branches: the steps
  // of different rows overlap in the processor where one row's steps would wait for each other.
  constexpr std::size_t kBlock = 64;
  std::array<std::uint32_t, kBlock> at{};
  const auto* nodes = tree.nodes.data();
  for (std::size_t begin = 0; begin < margins_.size(); begin += kBlock) {
    const std::size_t rows = std::min(kBlock, margins_.size() - begin);
    const float* block = features_.data() + begin * columns_;
    at.fill(0);
    for (int level = 0; level < tree.depth; ++level) {
      for (std::size_t row = 0; row < rows; ++row) {
        const auto& node = nodes[at[row]];
        const float value = block[row * columns_ + node.feature];
        const bool missing = value != value;
        const bool left = (value < node.value) | (missing & node.missing_left);
        at[row] = left ? node.left : node.right;
      }
    }
    for (std::size_t row = 0; row < rows; ++row) margins_[begin + row] += nodes[at[row]].value;
  }
}

}  // namespace tunesmith::algorithms::xgboost
