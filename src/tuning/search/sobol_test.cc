// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/sobol.h"

#include <gtest/gtest.h>

#include <set>

namespace tunesmith::tuning {
namespace {

TEST(Sobol, EveryCoordinateIsStratified) {
  const Sobol sobol(50, 3);
  for (std::size_t d = 0; d < 50; ++d) {
    std::set<int> cells;
    for (std::uint32_t i = 64; i < 128; ++i) cells.insert(static_cast<int>(64 * sobol.point(i)[d]));
    EXPECT_EQ(cells.size(), 64U) << d;
  }
}

TEST(Sobol, FirstTwoDimensionsFillEveryElementaryBox) {
  const Sobol sobol(2, 8);
  for (const int columns : {1, 2, 4, 8, 16, 32, 64}) {
    std::set<std::pair<int, int>> boxes;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const Point p = sobol.point(i);
      boxes.emplace(static_cast<int>(columns * p[0]), static_cast<int>(64 / columns * p[1]));
    }
    EXPECT_EQ(boxes.size(), 64U) << columns;
  }
}

TEST(Sobol, NoTwoDimensionsAreEqual) {
  const Sobol sobol(50, 3);
  const Point p = sobol.point(5);
  EXPECT_EQ(std::set<double>(p.begin(), p.end()).size(), 50U);
  EXPECT_NE(Sobol(50, 4).point(5), p);
}

}  // namespace
}  // namespace tunesmith::tuning
