// SPDX-License-Identifier: Apache-2.0
#include "console/curves.h"

#include <gtest/gtest.h>

#include <limits>

namespace tunesmith::console {
namespace {

std::vector<store::TrialPoint> series(std::int64_t trial, std::int64_t steps) {
  std::vector<store::TrialPoint> points;
  for (std::int64_t step = 0; step < steps; ++step)
    points.push_back({trial, step, static_cast<double>(trial * 1000 + step)});
  return points;
}

TEST(CurvesTest, EachTrialIsACurveWithItsFirstAndLastPoint) {
  auto points = series(3, 100);
  const auto more = series(7, 5);
  points.insert(points.end(), more.begin(), more.end());
  const auto curves = thin_curves(points, 40);
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].trial, 3);
  EXPECT_EQ(curves[0].steps.size(), 20U);
  EXPECT_EQ(curves[0].steps.front(), 0);
  EXPECT_EQ(curves[0].steps.back(), 99);
  EXPECT_EQ(curves[0].values.back(), 3099);
  EXPECT_EQ(curves[1].steps.size(), 5U);
  EXPECT_EQ(curves[1].values.back(), 7004);
}

TEST(CurvesTest, AShortBudgetLeavesAFewPointsOfEach) {
  const auto curves = thin_curves(series(1, 500), 1);
  ASSERT_EQ(curves.size(), 1U);
  EXPECT_EQ(curves[0].steps.size(), kFewestCurvePoints);
  EXPECT_TRUE(thin_curves({}, 10).empty());
}

TEST(CurvesTest, AValueThatJsonCantHoldIsNull) {
  const Curve curve{2, {4}, {std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(print_curves("auc", {curve}),
            R"({"metric":"auc","curves":[{"trial":2,"steps":[4],"values":[null]}]})");
}

}  // namespace
}  // namespace tunesmith::console
