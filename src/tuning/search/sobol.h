// SPDX-License-Identifier: Apache-2.0
//
// Sobol's low-discrepancy sequence with Owen scrambling by hashing (Laine and Karras, 2011; Burley,
// 2020). Direction numbers: Joe and Kuo, 2008. Beyond kDimensions the further coordinates reuse the
// first ones with the points shuffled independently. Immutable; thread safe.
#pragma once

#include "tuning/space/space.h"

#include <cstdint>
#include <vector>

namespace tunesmith::tuning {

class Sobol {
 public:
  static constexpr std::size_t kDimensions = 21;
  Sobol(std::size_t dims, std::uint64_t seed);
  /// The index-th point, each coordinate in [0, 1). Any 2^m consecutive points from a multiple of
  /// 2^m on have one coordinate in each of 2^m equal cells, in every dimension.
  Point point(std::uint32_t index) const;

 private:
  std::vector<std::uint32_t> scramble_;
  std::vector<std::uint32_t> shuffle_;  ///< one for each group of kDimensions
};

}  // namespace tunesmith::tuning
