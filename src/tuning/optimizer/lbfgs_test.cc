// SPDX-License-Identifier: Apache-2.0
#include "tuning/optimizer/lbfgs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

double rosenbrock(const std::vector<double>& x, std::vector<double>* g) {
  const double a = x[1] - x[0] * x[0];
  (*g)[0] = -400 * x[0] * a - 2 * (1 - x[0]);
  (*g)[1] = 200 * a;
  return 100 * a * a + (1 - x[0]) * (1 - x[0]);
}

TEST(MinimizeBox, ReachesTheEndOfRosenbrocksValley) {
  LbfgsOptions options;
  options.max_evaluations = 120;
  const auto found = minimize_box(rosenbrock, {-1.2, 1}, {-2, -2}, {2, 2}, options);
  EXPECT_NEAR(found.x[0], 1, 1e-3);
  EXPECT_NEAR(found.x[1], 1, 1e-3);
}

TEST(MinimizeBox, StopsAtTheBound) {
  LbfgsOptions options;
  const auto found = minimize_box(rosenbrock, {-1.2, 1}, {-2, -2}, {0.5, 2}, options);
  EXPECT_EQ(found.x[0], 0.5);
  EXPECT_NEAR(found.x[1], 0.25, 1e-4);
}

TEST(MinimizeBox, KeepsToItsBudget) {
  int calls = 0;
  LbfgsOptions options;
  options.max_evaluations = 7;
  minimize_box(
      [&](const std::vector<double>& x, std::vector<double>* g) {
        ++calls;
        return rosenbrock(x, g);
      },
      {-1.2, 1}, {-2, -2}, {2, 2}, options);
  EXPECT_EQ(calls, 7);
}

TEST(MinimizeBox, BacksOutOfWhereTheFunctionIsNotFinite) {
  const auto cliff = [](const std::vector<double>& x, std::vector<double>* g) {
    (*g)[0] = 1;
    return x[0] < 0.3 ? std::numeric_limits<double>::infinity() : x[0];
  };
  const auto found = minimize_box(cliff, {0.9}, {0}, {1}, LbfgsOptions{});
  EXPECT_GE(found.x[0], 0.3);
  EXPECT_LT(found.x[0], 0.9);
}

}  // namespace
}  // namespace tunesmith::tuning
