// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/output_transform.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

TEST(OutputTransform, KeepsTheOrder) {
  Rng rng(1);
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(std::exp(4 * rng.normal()));
  values[7] = values[9];
  OutputTransform transform;
  transform.fit(values, {});
  const auto& z = transform.targets();
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < values.size(); ++j)
      if (values[i] <= values[j]) {
        EXPECT_LE(z[i], z[j]);
      }
  EXPECT_EQ(z[7], z[9]);
}

TEST(OutputTransform, TakesAwayTheTailOfBadValues) {
  std::vector<double> values;
  for (int i = 0; i < 20; ++i) values.push_back(i);
  values.push_back(1e9);
  values.push_back(std::numeric_limits<double>::max());
  OutputTransform transform;
  transform.fit(values, {});
  // Without the warp the first twenty would be one point.
  EXPECT_GT(transform.targets()[10] - transform.targets()[0], 0.5);
}

TEST(OutputTransform, FailuresAreWorseThanTheWorst) {
  OutputTransform transform;
  transform.fit(std::vector<double>{3, 1, std::nan(""), 2, 8, INFINITY}, {});
  const auto& z = transform.targets();
  EXPECT_GT(z[2], z[4]);
  EXPECT_EQ(z[2], z[5]);
}

TEST(OutputTransform, InverseReturnsTheValues) {
  const std::vector<double> values = {0.31, 0.29, 0.4, 0.5, 0.9, 3, 0.30, 0.35};
  OutputTransform transform;
  transform.fit(values, {});
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(transform.inverse(transform.targets()[i]), values[i], 1e-9);
  EXPECT_LT(transform.inverse(-10), 0.29);
  EXPECT_GT(transform.inverse(10), 3);
}

TEST(OutputTransform, NothingAndConstantsAreHandled) {
  OutputTransform transform;
  transform.fit({}, {});
  EXPECT_FALSE(transform.varied());
  transform.fit(std::vector<double>{2, 2, 2, std::nan("")}, {});
  EXPECT_FALSE(transform.varied());
  EXPECT_EQ(transform.inverse(0.3), 2);
  transform.fit(std::vector<double>{std::nan("")}, {});
  EXPECT_FALSE(transform.varied());
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (const double p : {1e-12, 1e-4, 0.02, 0.3, 0.5, 0.77, 0.999, 1 - 1e-9}) {
    const double x = normal_quantile(p);
    EXPECT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)), p, 1e-8 * std::min(p, 1 - p) + 1e-15);
  }
}

TEST(YeoJohnson, FindsThePowerThatMakesDataNormal) {
  Rng rng(2);
  std::vector<double> skewed;
  for (int i = 0; i < 500; ++i) skewed.push_back(std::expm1(std::abs(0.6 * rng.normal() + 1)));
  EXPECT_LT(fit_yeo_johnson(skewed), 0.5);
  EXPECT_NEAR(yeo_johnson(1.7, 1), 1.7, 1e-15);
  EXPECT_NEAR(yeo_johnson(-0.8, 1), -0.8, 1e-15);
}

}  // namespace
}  // namespace tunesmith::tuning
