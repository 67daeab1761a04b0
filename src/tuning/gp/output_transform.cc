// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/output_transform.h"

#include "base/elementary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace tunesmith::tuning {
namespace {

double mean_of(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

double deviation_of(std::span<const double> v, double mean) {
  double sum = 0;
  for (const double x : v) sum += (x - mean) * (x - mean);
  return std::sqrt(sum / static_cast<double>(v.size()));
}

// Values worse than the median become normal quantiles of their rank, on the scale that the better
// half shows: the bad half keeps its order and loses its distances.
void warp_bad_half(std::vector<double>& sorted) {
  const std::size_t n = sorted.size();
  const std::size_t middle = (n - 1) / 2;
  const double median = sorted[middle];
  double squares = 0;
  for (std::size_t i = 0; i <= middle; ++i) squares += (sorted[i] - median) * (sorted[i] - median);
  double scale = std::sqrt(squares / static_cast<double>(middle + 1));
  if (!(scale > 0)) return;
  std::vector<double> warped = sorted;
  for (std::size_t i = middle + 1; i < n;) {
    std::size_t last = i;
    while (last + 1 < n && sorted[last + 1] == sorted[i]) ++last;
    // Ties share the middle of their ranks. A value that ties with the median stays.
    if (sorted[i] > median) {
      const double rank = 0.5 * static_cast<double>(i + last);
      const double p = 0.5 + 0.5 * (rank - static_cast<double>(middle)) /
                                 (static_cast<double>(n - middle) - 0.5);
      const double target = median + scale * normal_quantile(p);
      for (std::size_t k = i; k <= last; ++k) warped[k] = std::min(sorted[k], target);
    }
    i = last + 1;
  }
  // The smaller of value and quantile is monotone, as both are.
  sorted = std::move(warped);
}

}  // namespace

double normal_quantile(double p) {
  if (!(p > 0)) return -std::numeric_limits<double>::infinity();
  if (!(p < 1)) return std::numeric_limits<double>::infinity();
  // Newton steps on the distribution function from a crude start; log-scale in the tails.
  const bool low = p < 0.5;
  const double q = low ? p : 1 - p;
  double x = q > 0.02 ? (q - 0.5) * 2.5066 : -std::sqrt(-2 * portable::log(q)) + 0.5;
  for (int i = 0; i < 50; ++i) {
    const double cdf = 0.5 * portable::erfc(-x / std::numbers::sqrt2);
    const double pdf = portable::exp(-0.5 * x * x) * 0.3989422804014327;
    const double step = (portable::log(cdf) - portable::log(q)) * cdf / pdf;
    x -= std::clamp(step, -1.0, 1.0);
    if (std::abs(step) < 1e-12) break;
  }
  return low ? x : -x;
}

double yeo_johnson(double x, double lambda) {
  if (x >= 0)
    return std::abs(lambda) < 1e-9 ? portable::log1p(x)
                                   : portable::expm1(lambda * portable::log1p(x)) / lambda;
  const double mirrored = 2 - lambda;
  return std::abs(mirrored) < 1e-9 ? -portable::log1p(-x)
                                   : -portable::expm1(mirrored * portable::log1p(-x)) / mirrored;
}

double fit_yeo_johnson(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  double jacobian = 0;
  for (const double x : values) jacobian += x >= 0 ? portable::log1p(x) : -portable::log1p(-x);
  std::vector<double> z(values.size());
  const auto likelihood = [&](double lambda) {
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = yeo_johnson(values[i], lambda);
    const double deviation = deviation_of(z, mean_of(z));
    if (!(deviation > 1e-12)) return -std::numeric_limits<double>::infinity();
    // A weak normal prior around 1, the identity.
    return -n * portable::log(deviation) + (lambda - 1) * jacobian -
           0.5 * (lambda - 1) * (lambda - 1);
  };
  double best = 1;
  double best_value = likelihood(1);
  for (int i = -10; i <= 30; ++i) {
    const double value = likelihood(0.1 * i);
    if (value > best_value) {
      best_value = value;
      best = 0.1 * i;
    }
  }
  return best;
}

void OutputTransform::fit(std::span<const double> values, const TransformOptions& options) {
  targets_.assign(values.size(), 1.0);
  knots_value_.clear();
  knots_target_.clear();
  varied_ = false;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i])) order.push_back(i);
  if (order.empty()) return;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> sorted;
  sorted.reserve(order.size());
  // Keeps sums of squares finite whatever the input.
  constexpr double kLargest = 1e140;
  for (const std::size_t i : order) sorted.push_back(std::clamp(values[i], -kLargest, kLargest));
  varied_ = sorted.back() > sorted.front();

  std::vector<double> z = sorted;
  const auto standardise = [&] {
    const double mean = options.standard ? options.standard->mean : mean_of(z);
    const double deviation = options.standard ? options.standard->deviation : deviation_of(z, mean);
    for (auto& x : z) x = deviation > 0 ? (x - mean) / deviation : 0.0;
  };
  // The warp comes first: beside one huge value, standardised good ones would all be the same.
  if (varied_ && options.half_rank && z.size() >= 4) warp_bad_half(z);
  standardise();
  if (varied_) {
    if (options.yeo_johnson && z.size() >= 5) {
      const double lambda = fit_yeo_johnson(z);
      for (auto& x : z) x = yeo_johnson(x, lambda);
      standardise();
    }
    for (auto& x : z) x = std::clamp(x, -2 * options.most_bad, options.most_bad);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    targets_[order[i]] = z[i];
    if (knots_target_.empty() || z[i] > knots_target_.back()) {
      knots_target_.push_back(z[i]);
      knots_value_.push_back(sorted[i]);
    }
  }
  // A failure counts as worse than the worst, by half the distance of worst and middle.
  const double worst = z.back();
  const double failed = worst + 0.5 * std::max(worst - z[(z.size() - 1) / 2], 0.5);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) targets_[i] = failed;
}

double OutputTransform::inverse(double target) const {
  const std::size_t n = knots_target_.size();
  if (n == 0) return std::nan("");
  if (n == 1) return knots_value_[0];
  auto at = static_cast<std::size_t>(
      std::upper_bound(knots_target_.begin(), knots_target_.end(), target) - knots_target_.begin());
  at = std::clamp<std::size_t>(at, 1, n - 1);
  // Beyond the ends a wider chord than the last gap sets the slope: close neighbours mislead.
  std::size_t from = at - 1;
  std::size_t to = at;
  if (target < knots_target_.front()) to = std::max<std::size_t>(1, n / 4);
  if (target > knots_target_.back()) from = std::min(n - 2, n - 1 - n / 4);
  const double slope =
      (knots_value_[to] - knots_value_[from]) / (knots_target_[to] - knots_target_[from]);
  const std::size_t anchor = target > knots_target_.back() ? to : from;
  return knots_value_[anchor] + slope * (target - knots_target_[anchor]);
}

}  // namespace tunesmith::tuning
