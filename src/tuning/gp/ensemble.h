// SPDX-License-Identifier: Apache-2.0
//
// Gaussian processes with different hyperparameters, whose predictions are averaged: the integral
// over hyperparameters of Snoek, Larochelle and Adams, "Practical Bayesian Optimization of Machine
// Learning Algorithms", 2012. Members may also differ in what they were conditioned on, as long as
// their targets are on one scale. Owns its members; not thread safe.
#pragma once

#include "tuning/gp/model_data.h"
#include "tuning/gp/posterior.h"

#include <memory>
#include <span>
#include <vector>

namespace tunesmith::tuning {

class Ensemble {
 public:
  Ensemble() = default;
  /// One member for each theta that the data can be conditioned with, with room for `pending` more
  /// points.
  Ensemble(const ModelData& data, std::size_t pending, const std::vector<Theta>& thetas);

  bool empty() const { return members_.empty(); }
  std::size_t size() const { return members_.size(); }
  Posterior& operator[](std::size_t index) { return *members_[index]; }
  void add_pending(std::span<const Point* const> points);
  /// Keeps every other member, from the first on.
  void halve();
  /// Keeps the first `count` members, and takes over the first `others` of another ensemble.
  void mix(std::size_t count, Ensemble other, std::size_t others);

  /// Mean and variance of the mixture of the members' predictions.
  Prediction predict(const Point& point);
  /// The variance of an observation about the function, averaged over the members.
  double noise() const;
  /// The mixture's mean alone, at many points.
  std::vector<double> predict_means(std::span<const Point> points);
  /// Mean and variance of the mixture, of Posterior::predict_average.
  Prediction predict_average(std::span<const Point> points);
  /// The logarithm of the mean over members of exp(Posterior::leave_one_out).
  double leave_one_out(std::span<const double> y, std::size_t first);

 private:
  std::vector<std::unique_ptr<Posterior>> members_;
};

}  // namespace tunesmith::tuning
