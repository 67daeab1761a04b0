// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/ensemble.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

// Mean and variance of an even mixture of `count` normal distributions.
template <class PredictMember>
Prediction mixture(std::size_t count, const PredictMember& predict_member) {
  double mean = 0;
  double square = 0;
  for (std::size_t m = 0; m < count; ++m) {
    const Prediction at = predict_member(m);
    mean += at.mean / static_cast<double>(count);
    square += (at.variance + at.mean * at.mean) / static_cast<double>(count);
  }
  return {mean, std::max(square - mean * mean, 0.0)};
}

}  // namespace

Ensemble::Ensemble(const Layout& layout, const Context& context, std::size_t capacity,
                   double mean_variance, std::span<const ContextPoint> points,
                   std::span<const double> y, const std::vector<Theta>& thetas) {
  for (const Theta& theta : thetas) {
    auto member = std::make_unique<Posterior>(layout, context, capacity, mean_variance);
    if (member->condition(points, y, theta)) members_.push_back(std::move(member));
  }
}

void Ensemble::add_pending(std::span<const ContextPoint> points) {
  for (auto& member : members_) member->add_pending(points);
}

Prediction Ensemble::predict(const Point& point) {
  return mixture(
      size(), [&](std::size_t m) { return members_[m]->predict(point.data(), nullptr, nullptr); });
}

Prediction Ensemble::predict_average(std::span<const Point> points) {
  return mixture(size(), [&](std::size_t m) { return members_[m]->predict_average(points); });
}

}  // namespace tunesmith::tuning
