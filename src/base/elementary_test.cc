// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tunesmith {
namespace {

// Within so many parts in 10^15 of the C library's.
void expect_near(double ours, double theirs, double parts, double x) {
  EXPECT_LE(std::abs(ours - theirs), parts * 1e-15 * std::abs(theirs)) << x;
}

TEST(Elementary, SineAndCosine) {
  for (double x = -20; x < 20; x += 0.0137) {
    EXPECT_NEAR(portable::sin(x), std::sin(x), 3e-16) << x;
    EXPECT_NEAR(portable::cos(x), std::cos(x), 3e-16) << x;
  }
  EXPECT_NEAR(portable::sin(1e6), std::sin(1e6), 1e-15);
}

TEST(Elementary, AgreesWithTheCLibrary) {
  for (int i = -7000; i <= 7000; ++i) {
    const double x = 0.1003 * i;
    expect_near(portable::exp(x), std::exp(x), 1, x);
    expect_near(portable::expm1(x), std::expm1(x), 2, x);
    expect_near(portable::expm1(1e-4 * x), std::expm1(1e-4 * x), 2, x);
    const double positive = std::exp(x);
    expect_near(portable::log(positive), std::log(positive), 1, x);
    expect_near(portable::log(1 + 1e-4 * x + 0.1), std::log(1 + 1e-4 * x + 0.1), 1, x);
    expect_near(portable::log1p(positive), std::log1p(positive), 2, x);
    expect_near(portable::log1p(-1e-3 * std::abs(x)), std::log1p(-1e-3 * std::abs(x)), 2, x);
    const double z = 0.0037 * i;
    // The square in the exponent is rounded.
    expect_near(portable::erfc(z), std::erfc(z), 3 + 0.3 * z * z, z);
  }
}

TEST(Elementary, KnowsTheEnds) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(portable::cos(0), 1);
  EXPECT_EQ(portable::sin(0), 0);
  EXPECT_EQ(portable::exp(0), 1);
  EXPECT_EQ(portable::exp(-kInfinity), 0);
  EXPECT_EQ(portable::exp(710), kInfinity);
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::log(0), -kInfinity);
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_EQ(portable::log1p(-1), -kInfinity);
  EXPECT_EQ(portable::log1p(kInfinity), kInfinity);
  EXPECT_EQ(portable::expm1(-kInfinity), -1);
  EXPECT_EQ(portable::expm1(kInfinity), kInfinity);
  EXPECT_EQ(portable::erfc(-kInfinity), 2);
  EXPECT_EQ(portable::erfc(kInfinity), 0);
  EXPECT_EQ(portable::erfc(0), 1);
}

}  // namespace
}  // namespace tunesmith
