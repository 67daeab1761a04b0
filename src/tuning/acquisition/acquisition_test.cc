// SPDX-License-Identifier: Apache-2.0
#include "tuning/acquisition/acquisition_search.h"
#include "tuning/acquisition/expected_improvement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace tunesmith::tuning {
namespace {

TEST(LogExpectedImprovement, IsTheLogarithmOfTheClosedForm) {
  // sd 1, z 0: EI = phi(0).
  EXPECT_NEAR(log_expected_improvement({0, 1}, 0).value, std::log(0.3989422804014327), 1e-14);
  // Far above: EI is the difference itself.
  EXPECT_NEAR(log_expected_improvement({-50, 1}, 0).value, std::log(50), 1e-12);
}

TEST(LogExpectedImprovement, IsWhatMonteCarloFinds) {
  Rng rng(6);
  for (const double mean : {-0.7, 0.2, 1.1}) {
    double sum = 0;
    constexpr int kDraws = 400'000;
    for (int i = 0; i < kDraws; ++i) sum += std::max(0.3 - (mean + 0.8 * rng.normal()), 0.0);
    EXPECT_NEAR(std::exp(log_expected_improvement({mean, 0.64}, 0.3).value), sum / kDraws, 5e-3);
  }
}

TEST(LogExpectedImprovement, IsSmoothWhereTheSeriesTakesOver) {
  const double above = log_expected_improvement({24.999999, 1}, 0).value;
  const double below = log_expected_improvement({25.000001, 1}, 0).value;
  EXPECT_NEAR(above - below, 0.000002 * 25, 2e-6);
  EXPECT_TRUE(std::isfinite(log_expected_improvement({1e6, 1e-6}, 0).value));
}

TEST(LogExpectedImprovement, DerivativesMatchFiniteDifferences) {
  for (const double mean : {-3.0, 0.0, 2.0, 8.0, 20.0, 40.0}) {
    const double h = 1e-5;
    const auto at = log_expected_improvement({mean, 1.3}, 0.5);
    const double by_mean = (log_expected_improvement({mean + h, 1.3}, 0.5).value -
                            log_expected_improvement({mean - h, 1.3}, 0.5).value) /
                           (2 * h);
    const double by_variance = (log_expected_improvement({mean, 1.3 + h}, 0.5).value -
                                log_expected_improvement({mean, 1.3 - h}, 0.5).value) /
                               (2 * h);
    EXPECT_NEAR(at.d_mean, by_mean, 1e-5 * (1 + std::abs(by_mean))) << mean;
    EXPECT_NEAR(at.d_variance, by_variance, 1e-5 * (1 + std::abs(by_variance))) << mean;
  }
}

// One model, and an ensemble whose members differ in lengths and noise and whose candidates are
// screened by two of them.
class AcquisitionSearchBy : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(Members, AcquisitionSearchBy, testing::Values(1, 6));

TEST_P(AcquisitionSearchBy, FindsTheBestPointOfAMixedSpace) {
  const auto space =
      *Space::create({{"x", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                      {"k", ParameterKind::kInteger, 0, 999, Scaling::kLinear, {}},
                      {"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "b"}}});
  std::vector<Point> points;
  std::vector<ContextPoint> pointers;
  std::vector<double> y;
  Rng rng(1);
  for (int i = 0; i < 40; ++i) {
    points.push_back(space.snap({rng.uniform(), rng.uniform(), rng.uniform()}));
    const auto& p = points.back();
    y.push_back(4 * (p[0] - 0.7) * (p[0] - 0.7) + 4 * (p[1] - 0.2) * (p[1] - 0.2) + p[2]);
  }
  for (const auto& p : points) pointers.push_back({&p, nullptr});
  std::vector<std::unique_ptr<Posterior>> posteriors;
  std::vector<AcquisitionModel> models;
  for (std::size_t m = 0; m < GetParam(); ++m) {
    const double shift = 0.1 * static_cast<double>(m);
    posteriors.push_back(std::make_unique<Posterior>(layout_of(space), Context{}, 40, 1));
    ASSERT_TRUE(posteriors[m]->condition(
        pointers, y, {-0.5 + shift, -0.5 - shift, 0, shift, std::log(1e-5) + shift}));
    models.push_back({posteriors[m].get(), *std::min_element(y.begin(), y.end())});
  }
  AcquisitionSearch search(space, models, [](const Point&) { return false; });
  const auto found = search.run({}, {}, rng);
  ASSERT_TRUE(found.found);
  EXPECT_NEAR(search.evaluate(found.point, nullptr), found.value, 1e-9);
  // No better one among many random points.
  for (int i = 0; i < 2000; ++i) {
    const Point p = space.snap({rng.uniform(), rng.uniform(), rng.uniform()});
    EXPECT_LE(search.evaluate(p, nullptr), found.value + 1e-3);
  }
}

}  // namespace
}  // namespace tunesmith::tuning
