// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "tuning/gp/ensemble.h"
#include "tuning/gp/likelihood.h"
#include "tuning/gp/posterior.h"
#include "tuning/gp/slice_sampling.h"

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

// Matern-5/2 of a layout, straight from its formula: rows are completed points.
double covariance(const Layout& layout, const Theta& theta, double mean_variance, const Point& a,
                  const Point& b) {
  const std::size_t d = layout.size();
  const auto warp = [&](std::size_t j, double x) {
    if (layout[j].warp_sd == 0) return x;
    return 1 -
           std::pow(1 - std::pow(x, std::exp(theta[d + 2 + j])), std::exp(theta[2 * d + 2 + j]));
  };
  double r2 = 0;
  for (std::size_t j = 0; j < d; ++j) {
    const double step = warp(j, a[j]) - warp(j, b[j]);
    r2 += (layout[j].hamming ? (a[j] != b[j] ? 1.0 : 0.0) : step * step) * std::exp(-2 * theta[j]);
  }
  const double r = std::sqrt(5 * r2);
  return std::exp(theta[d]) * (1 + r + r * r / 3) * std::exp(-r) + mean_variance;
}

// Gauss and Jordan, with no thought of speed.
std::vector<std::vector<double>> inverse(std::vector<std::vector<double>> a) {
  const std::size_t n = a.size();
  std::vector<std::vector<double>> b(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) b[i][i] = 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t k = i; k < n; ++k)
      if (std::abs(a[k][i]) > std::abs(a[pivot][i])) pivot = k;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    const double p = a[i][i];
    for (std::size_t j = 0; j < n; ++j) {
      a[i][j] /= p;
      b[i][j] /= p;
    }
    for (std::size_t k = 0; k < n; ++k) {
      if (k == i) continue;
      const double f = a[k][i];
      for (std::size_t j = 0; j < n; ++j) {
        a[k][j] -= f * a[i][j];
        b[k][j] -= f * b[i][j];
      }
    }
  }
  return b;
}

// A small model with everything in it: a category, a warp, and one coordinate of context.
struct Direct {
  Space space = mixed_space();
  Layout layout = layout_of(space, 0.5);
  std::vector<Point> points;
  std::vector<Context> contexts;
  std::vector<ContextPoint> rows;
  std::vector<Point> completed;
  std::vector<double> y;
  Theta theta = {-1.0, 0.3, -0.5, 0.4, 0.2, std::log(1e-2)};
  std::vector<std::vector<double>> precision;

  explicit Direct(std::size_t n) {
    layout.push_back({false, 0, 0, 1});
    theta.insert(theta.end(), {0.3, 0, -0.4, 0, -0.2, 0, 0.5, 0});
    Rng rng(8);
    for (std::size_t i = 0; i < n; ++i) {
      points.push_back(space.snap({rng.uniform(), rng.uniform(), rng.uniform()}));
      contexts.push_back({rng.uniform()});
      y.push_back(rng.normal());
      completed.push_back(points[i]);
      completed[i].push_back(contexts[i][0]);
    }
    for (std::size_t i = 0; i < n; ++i) rows.push_back({&points[i], &contexts[i]});
    std::vector<std::vector<double>> k(n, std::vector<double>(n));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        k[i][j] = covariance(layout, theta, 1, completed[i], completed[j]) + (i == j ? 1e-2 : 0.0);
    precision = inverse(k);
  }

  double covariance_with(std::size_t i, const Point& x) const {
    return covariance(layout, theta, 1, completed[i], x);
  }
  double mean(const Point& x) const {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      for (std::size_t j = 0; j < y.size(); ++j)
        sum += covariance_with(i, x) * precision[i][j] * y[j];
    return sum;
  }
  double joint(const Point& x, const Point& z) const {
    double sum = covariance(layout, theta, 1, x, z);
    for (std::size_t i = 0; i < y.size(); ++i)
      for (std::size_t j = 0; j < y.size(); ++j)
        sum -= covariance_with(i, x) * precision[i][j] * covariance_with(j, z);
    return sum;
  }
};

TEST(Posterior, IsWhatTheDirectInverseSays) {
  const Direct direct(17);
  Posterior posterior(direct.layout, {0.6}, 17, 1);
  ASSERT_TRUE(posterior.condition(direct.rows, direct.y, direct.theta));
  Rng rng(3);
  std::vector<Point> points;
  for (int i = 0; i < 5; ++i)
    points.push_back(direct.space.snap({rng.uniform(), rng.uniform(), rng.uniform()}));
  double average = 0;
  double average_variance = 0;
  const auto complete = [](Point point) {
    point.push_back(0.6);
    return point;
  };
  for (const auto& point : points) {
    const auto at = posterior.predict(point.data(), nullptr, nullptr);
    EXPECT_NEAR(at.mean, direct.mean(complete(point)), 1e-9);
    EXPECT_NEAR(at.variance, direct.joint(complete(point), complete(point)), 1e-9);
    average += at.mean / 5;
    for (const auto& other : points)
      average_variance += direct.joint(complete(point), complete(other)) / 25;
  }
  const auto mean = posterior.predict_average(points);
  EXPECT_NEAR(mean.mean, average, 1e-9);
  EXPECT_NEAR(mean.variance, average_variance, 1e-9);
}

TEST(Posterior, LeaveOneOutIsWhatLeavingOneOutGives) {
  const Direct all(9);
  Posterior posterior(all.layout, {0.6}, 9, 1);
  ASSERT_TRUE(posterior.condition(all.rows, all.y, all.theta));
  double expected = 0;
  for (std::size_t out = 2; out < 9; ++out) {
    std::vector<ContextPoint> rows = all.rows;
    std::vector<double> y = all.y;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(out));
    y.erase(y.begin() + static_cast<std::ptrdiff_t>(out));
    Posterior others(all.layout, all.contexts[out], 8, 1);
    ASSERT_TRUE(others.condition(rows, y, all.theta));
    const auto at = others.predict(all.points[out].data(), nullptr, nullptr);
    const double variance = at.variance + 1e-2;
    const double z = all.y[out] - at.mean;
    expected -= 0.5 * z * z / variance + 0.5 * std::log(variance) + 0.9189385332046727;
  }
  EXPECT_NEAR(posterior.leave_one_out(all.y, 2), expected, 1e-8);
}

TEST(Posterior, LowestMeanIsTheLeastOfItsPredictions) {
  Data data(9);
  Posterior posterior(layout_of(data.space), {}, 9, 1);
  std::vector<ContextPoint> rows;
  for (const auto& p : data.points) rows.push_back({&p, nullptr});
  ASSERT_TRUE(posterior.condition(rows, data.y, {-1.0, 0.3, -0.5, 0.2, std::log(0.3)}));
  double lowest = posterior.predict_mean(data.points[2].data());
  for (std::size_t i = 3; i < 9; ++i)
    lowest = std::min(lowest, posterior.predict_mean(data.points[i].data()));
  EXPECT_NEAR(posterior.lowest_mean(std::span(data.y).subspan(2)), lowest, 1e-12);
}

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

TEST(SliceSampling, DrawsWhatTheDataSayNothingOfFromItsPrior) {
  Data data(1);
  const Layout layout = layout_of(data.space, 0.5);
  Features features(layout, 1);
  features.append({&data.points[0], nullptr});
  Likelihood likelihood(layout, features, data.y, {});
  SliceOptions options;
  options.draws = 4000;
  Rng rng(8);
  const auto draws = sample_posterior(likelihood, likelihood.prior_mode(), options, rng);
  const auto lower = likelihood.lower();
  const auto upper = likelihood.upper();
  const std::size_t d = layout.size();
  // One value tells nothing of lengths and warps.
  for (std::size_t i = 0; i < likelihood.dims(); ++i) {
    if (i == d || i == d + 1) continue;
    double mean = 0;
    double square = 0;
    for (const auto& theta : draws) {
      mean += theta[i] / 4000;
      square += theta[i] * theta[i] / 4000;
      EXPECT_GE(theta[i], lower[i]);
      EXPECT_LE(theta[i], upper[i]);
    }
    const double deviation = likelihood.prior_deviation()[i];
    EXPECT_NEAR(mean, likelihood.prior_mean()[i], 0.1 * deviation + 1e-12) << i;
    EXPECT_NEAR(std::sqrt(square - mean * mean), deviation, 0.1 * deviation + 1e-6) << i;
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

TEST(Posterior, MovesOfOneCoordinateAgreeWithSinglePredictions) {
  const Direct direct(19);
  Posterior posterior(direct.layout, {0.6}, 19, 1);
  ASSERT_TRUE(posterior.condition(direct.rows, direct.y, direct.theta));
  Rng rng(5);
  for (int trial = 0; trial < 6; ++trial) {
    const auto j = static_cast<std::size_t>(trial % 3);
    const Point from = direct.space.snap({rng.uniform(), rng.uniform(), rng.uniform()});
    std::array<double, kBatch> values;
    for (auto& value : values) value = direct.space[j].snap(rng.uniform());
    std::array<Prediction, kBatch> moves;
    posterior.predict_moves(from.data(), j, values.data(), moves);
    for (std::size_t l = 0; l < kBatch; ++l) {
      Point moved = from;
      moved[j] = values[l];
      const auto one = posterior.predict(moved.data(), nullptr, nullptr);
      EXPECT_NEAR(moves[l].mean, one.mean, 1e-10);
      EXPECT_NEAR(moves[l].variance, one.variance, 1e-10);
    }
  }
  // Another theta has another warp, from the same point too.
  const Point from = direct.space.snap({0.3, 0.5, 0.7});
  const std::array<double, kBatch> values{};
  std::array<Prediction, kBatch> moves;
  posterior.predict_moves(from.data(), 0, values.data(), moves);
  Theta other = direct.theta;
  for (std::size_t i = 6; i < other.size(); ++i) other[i] = -other[i];
  ASSERT_TRUE(posterior.condition(direct.rows, direct.y, other));
  posterior.predict_moves(from.data(), 0, values.data(), moves);
  Point moved = from;
  moved[0] = 0;
  EXPECT_NEAR(moves[0].mean, posterior.predict(moved.data(), nullptr, nullptr).mean, 1e-10);
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

TEST(Ensemble, HalvedKeepsEveryOtherMember) {
  Data data(12);
  ModelData model;
  model.layout = layout_of(data.space);
  model.points = data.pointers;
  model.targets = data.y;
  for (const std::size_t size : {1U, 2U, 5U, 8U}) {
    std::vector<Theta> thetas(size, data.theta);
    for (std::size_t m = 0; m < size; ++m) thetas[m][0] += 0.1 * static_cast<double>(m);
    Ensemble ensemble(model, 0, thetas);
    ensemble.halve();
    ASSERT_EQ(ensemble.size(), (size + 1) / 2);
    for (std::size_t m = 0; m < ensemble.size(); ++m) EXPECT_EQ(ensemble[m].theta(), thetas[2 * m]);
  }
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

// The MAP of log a of a parameter's warp, and the mean absolute error of its predictions.
std::pair<double, double> learned_warp(Scaling scaling, double warp_sd, double (*f)(double)) {
  const Space space = *Space::create({{"x", ParameterKind::kContinuous, 0, 1, scaling, {}}});
  const Layout layout = layout_of(space, warp_sd);
  std::vector<Point> points;
  std::vector<double> y;
  for (int i = 0; i < 24; ++i) {
    points.push_back({(i + 0.5) / 24});
    y.push_back(f(points.back()[0]));
  }
  std::vector<ContextPoint> pointers;
  Features features(layout, points.size());
  for (const auto& p : points) {
    pointers.push_back({&p, nullptr});
    features.append(pointers.back());
  }
  Likelihood likelihood(layout, features, y, {});
  const Theta theta = fit_map(likelihood, {}, 100);
  Posterior posterior(layout, {}, points.size(), 1);
  EXPECT_TRUE(posterior.condition(pointers, y, theta));
  double error = 0;
  for (int i = 1; i <= 200; ++i) {
    const double x = i / 201.0;
    error += std::abs(posterior.predict_mean(&x) - f(x)) / 200;
  }
  return {theta.size() > 3 ? theta[3] : 0.0, error};
}

TEST(Warp, OfAutoScalingLearnsALogarithmicResponseFromData) {
  // The range, from 0, says nothing of a logarithmic scale: the values do.
  const auto by_logarithm = [](double x) { return std::sin(2 * std::log(x + 0.005)); };
  const auto evenly = [](double x) { return std::sin(6 * x); };
  const auto [automatic, automatic_error] = learned_warp(Scaling::kAuto, 0.3, by_logarithm);
  const auto [chosen, chosen_error] = learned_warp(Scaling::kLinear, 0.3, by_logarithm);
  EXPECT_LT(automatic, -0.5);
  EXPECT_LT(automatic, chosen);
  EXPECT_LT(automatic_error, chosen_error);
  EXPECT_LT(std::abs(learned_warp(Scaling::kAuto, 0.3, evenly).first), 0.3);
}

}  // namespace
}  // namespace tunesmith::tuning
