// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "tuning/gp/likelihood.h"
#include "tuning/gp/posterior.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::tuning {
namespace {

Space mixed_space() {
  return *Space::create({{"x", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}},
                         {"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "b", "c"}},
                         {"z", ParameterKind::kContinuous, 0, 1, Scaling::kLinear, {}}});
}

struct Data {
  Space space = mixed_space();
  std::vector<Point> points;
  std::vector<ContextPoint> pointers;
  std::vector<double> y;
  Theta theta = {-1.0, 0.3, -0.5, 0.2, std::log(1e-4)};

  explicit Data(std::size_t n, std::uint64_t seed = 1) {
    Rng rng(seed);
    for (std::size_t i = 0; i < n; ++i) {
      points.push_back(space.snap({rng.uniform(), rng.uniform(), rng.uniform()}));
      const auto& p = points.back();
      y.push_back(std::sin(5 * p[0]) + (p[1] > 0.4 ? 0.5 : 0) + p[2] * p[2]);
    }
    for (const auto& p : points) pointers.push_back({&p, nullptr});
  }
};

TEST(Likelihood, GradientMatchesFiniteDifferences) {
  Data data(23);
  Features features(layout_of(data.space), 23);
  for (const auto& p : data.points) features.append({&p, nullptr});
  Likelihood likelihood(layout_of(data.space, 0.5), features, data.y, {});
  Theta theta = {-1.0, 0.3, -0.5, 0.2, std::log(1e-2), 0.3, 0, -0.4, -0.2, 0, 0.5};
  Theta gradient;
  const double value = likelihood.evaluate(theta, &gradient);
  EXPECT_NEAR(likelihood.evaluate(theta, nullptr), value, 1e-12 * std::abs(value));
  for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 10U}) {
    const double h = 1e-5;
    Theta up = theta, down = theta;
    up[i] += h;
    down[i] -= h;
    const double slope =
        (likelihood.evaluate(up, nullptr) - likelihood.evaluate(down, nullptr)) / (2 * h);
    EXPECT_NEAR(gradient[i], slope, 1e-5 * (1 + std::abs(slope))) << i;
  }
}

TEST(Likelihood, FitFindsThatAParameterDoesNothing) {
  Rng rng(5);
  const auto space = mixed_space();
  Features features(layout_of(space), 40);
  std::vector<double> y;
  for (int i = 0; i < 40; ++i) {
    const Point p = space.snap({rng.uniform(), rng.uniform(), rng.uniform()});
    features.append({&p, nullptr});
    y.push_back(std::sin(8 * p[0]));
  }
  Likelihood likelihood(layout_of(space), features, y, {});
  const Theta theta = fit_map(likelihood, {}, 60);
  EXPECT_GT(theta[2], theta[0] + 1.5);
}

TEST(Posterior, VarianceVanishesAtObservedPointWithoutNoise) {
  Data data(15);
  data.theta.back() = std::log(1e-9);
  Posterior posterior(layout_of(data.space), {}, 15, 1);
  ASSERT_TRUE(posterior.condition(data.pointers, data.y, data.theta));
  for (std::size_t i = 0; i < 15; ++i) {
    const auto at = posterior.predict(data.points[i].data(), nullptr, nullptr);
    EXPECT_NEAR(at.mean, data.y[i], 1e-5);
    EXPECT_LT(at.variance, 1e-6);
  }
}

TEST(Posterior, GradientsMatchFiniteDifferences) {
  Data data(18);
  Posterior posterior(layout_of(data.space), {}, 18, 1);
  data.theta.insert(data.theta.end(), {0.3, 0, -0.4, -0.2, 0, 0.5});
  ASSERT_TRUE(posterior.condition(data.pointers, data.y, data.theta));
  const Point at = data.space.snap({0.37, 0.5, 0.81});
  Point mean(3), variance(3);
  posterior.predict(at.data(), mean.data(), variance.data());
  for (const std::size_t j : {0U, 2U}) {
    Point up = at, down = at;
    up[j] += 1e-6;
    down[j] -= 1e-6;
    const auto above = posterior.predict(up.data(), nullptr, nullptr);
    const auto below = posterior.predict(down.data(), nullptr, nullptr);
    EXPECT_NEAR(mean[j], (above.mean - below.mean) / 2e-6, 1e-5);
    EXPECT_NEAR(variance[j], (above.variance - below.variance) / 2e-6, 1e-5);
  }
  EXPECT_EQ(mean[1], 0);
}

TEST(Posterior, BatchAgreesWithSinglePredictions) {
  Data data(21);
  Data probe(kBatch, 9);
  Posterior posterior(layout_of(data.space), {}, 21, 1);
  ASSERT_TRUE(posterior.condition(data.pointers, data.y, data.theta));
  std::vector<double> candidates(3 * kBatch);
  for (std::size_t l = 0; l < kBatch; ++l)
    for (std::size_t j = 0; j < 3; ++j) candidates[j * kBatch + l] = probe.points[l][j];
  std::array<Prediction, kBatch> batch;
  posterior.predict_batch(candidates.data(), batch);
  for (std::size_t l = 0; l < kBatch; ++l) {
    const auto one = posterior.predict(probe.points[l].data(), nullptr, nullptr);
    EXPECT_NEAR(batch[l].mean, one.mean, 1e-10);
    EXPECT_NEAR(batch[l].variance, one.variance, 1e-10);
  }
}

TEST(Posterior, PendingPointsLowerTheVarianceAndLeaveTheMean) {
  Data data(14);
  Data pending(7, 3);
  Posterior posterior(layout_of(data.space), {}, 21, 1);
  ASSERT_TRUE(posterior.condition(data.pointers, data.y, data.theta));
  const Point near =
      data.space.snap({pending.points[0][0] + 0.01, pending.points[0][1], pending.points[0][2]});
  const auto before = posterior.predict(near.data(), nullptr, nullptr);
  std::vector<const Point*> running;
  for (const auto& p : pending.points) running.push_back(&p);
  posterior.add_pending(running);
  const auto after = posterior.predict(near.data(), nullptr, nullptr);
  EXPECT_NEAR(after.mean, before.mean, 1e-10);
  EXPECT_LT(after.variance, 0.2 * before.variance);
}

TEST(Posterior, ManyEqualPointsAreNoTrouble) {
  Data data(1);
  std::vector<ContextPoint> same(200, data.pointers[0]);
  std::vector<double> y(200, 0.5);
  data.theta.back() = std::log(1e-6);
  Posterior posterior(layout_of(data.space), {}, 300, 1);
  ASSERT_TRUE(posterior.condition(same, y, data.theta));
  posterior.add_pending(std::vector<const Point*>(100, data.points.data()));
  EXPECT_NEAR(posterior.predict(data.points[0].data(), nullptr, nullptr).mean, 0.5, 1e-3);
}

}  // namespace
}  // namespace tunesmith::tuning
