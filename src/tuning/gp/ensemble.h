// SPDX-License-Identifier: Apache-2.0
//
// Gaussian processes of equal data and different hyperparameters, whose predictions are averaged:
// the integral over hyperparameters of Snoek, Larochelle and Adams, "Practical Bayesian
// Optimization of Machine Learning Algorithms", 2012. Owns its members; not thread safe.
#pragma once

#include "tuning/gp/posterior.h"

#include <memory>
#include <span>
#include <vector>

namespace tunesmith::tuning {

class Ensemble {
 public:
  /// One member for each theta that the data can be conditioned with. The other parameters are
  /// Posterior's.
  Ensemble(const Layout& layout, const Context& context, std::size_t capacity, double mean_variance,
           std::span<const ContextPoint> points, std::span<const double> y,
           const std::vector<Theta>& thetas);

  bool empty() const { return members_.empty(); }
  std::size_t size() const { return members_.size(); }
  Posterior& operator[](std::size_t index) { return *members_[index]; }
  void add_pending(std::span<const ContextPoint> points);

  /// Mean and variance of the mixture of the members' predictions.
  Prediction predict(const Point& point);
  /// The same of Posterior::predict_average.
  Prediction predict_average(std::span<const Point> points);

 private:
  std::vector<std::unique_ptr<Posterior>> members_;
};

}  // namespace tunesmith::tuning
