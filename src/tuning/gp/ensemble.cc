// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/ensemble.h"

#include "tuning/numeric/log_mean_exp.h"

#include <algorithm>
#include <array>
#include <cmath>

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

Ensemble::Ensemble(const ModelData& data, std::size_t pending, const std::vector<Theta>& thetas) {
  for (const Theta& theta : thetas) {
    auto member = std::make_unique<Posterior>(data.layout, data.context,
                                              data.points.size() + pending, data.mean_variance);
    if (member->condition(data.points, data.targets, theta)) members_.push_back(std::move(member));
  }
}

void Ensemble::add_pending(std::span<const Point* const> points) {
  for (auto& member : members_) member->add_pending(points);
}

void Ensemble::halve() {
  for (std::size_t m = 1; 2 * m < size(); ++m) members_[m] = std::move(members_[2 * m]);
  members_.resize((size() + 1) / 2);
}

void Ensemble::mix(std::size_t count, Ensemble other, std::size_t others) {
  members_.resize(std::min(count, size()));
  for (std::size_t m = 0; m < std::min(others, other.size()); ++m)
    members_.push_back(std::move(other.members_[m]));
}

Prediction Ensemble::predict(const Point& point) {
  return mixture(
      size(), [&](std::size_t m) { return members_[m]->predict(point.data(), nullptr, nullptr); });
}

double Ensemble::noise() const {
  double sum = 0;
  for (const auto& member : members_) sum += member->noise();
  return members_.empty() ? 0 : sum / static_cast<double>(members_.size());
}

std::vector<double> Ensemble::predict_means(std::span<const Point> points) {
  std::vector<double> means(points.size(), 0.0);
  std::vector<double> batch;
  std::array<Prediction, kBatch> predictions;
  for (std::size_t from = 0; from < points.size(); from += kBatch) {
    const std::size_t lanes = std::min(kBatch, points.size() - from);
    batch.resize(points[from].size() * kBatch);
    for (std::size_t l = 0; l < kBatch; ++l)
      for (std::size_t j = 0; j < points[from].size(); ++j)
        batch[j * kBatch + l] = points[from + std::min(l, lanes - 1)][j];
    for (auto& member : members_) {
      member->predict_batch(batch.data(), predictions, false);
      for (std::size_t l = 0; l < lanes; ++l)
        means[from + l] += predictions[l].mean / static_cast<double>(size());
    }
  }
  return means;
}

Prediction Ensemble::predict_average(std::span<const Point> points) {
  return mixture(size(), [&](std::size_t m) { return members_[m]->predict_average(points); });
}

double Ensemble::leave_one_out(std::span<const double> y, std::size_t first) {
  std::vector<double> logs;
  for (auto& member : members_) logs.push_back(member->leave_one_out(y, first));
  return log_mean_exp(logs.data(), logs.size());
}

}  // namespace tunesmith::tuning
