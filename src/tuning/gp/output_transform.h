// SPDX-License-Identifier: Apache-2.0
//
// A monotone map from objective values (smaller is better) to what the Gaussian process models:
// mean 0, standard deviation 1, without the long tail of bad values that hides the good ones.
// Failed trials get a place beyond the worst. Immutable after fit(); thread safe to read.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace tunesmith::tuning {

struct TransformOptions {
  bool half_rank =
      true;  ///< replaces values worse than the median by normal quantiles of their rank
  bool yeo_johnson =
      true;             ///< then a power transform by maximum likelihood (Yeo and Johnson, 2000)
  double most_bad = 4;  ///< targets are at most so bad, failures apart
  /// What target 0 and target 1 less 0 stand for, in the values' units; nothing: their own mean and
  /// deviation.
  struct Standard {
    double mean = 0;
    double deviation = 1;
  };
  std::optional<Standard> standard;
};

class OutputTransform {
 public:
  /// Values that are not finite are failures. With no finite value everything maps to 1, a bad
  /// target.
  void fit(std::span<const double> values, const TransformOptions& options);

  /// The target of each value given to fit(), in order.
  const std::vector<double>& targets() const { return targets_; }
  /// The objective value at a target: linear between the known ones, and beyond them.
  double inverse(double target) const;
  /// Whether the finite values differ at all.
  bool varied() const { return varied_; }

 private:
  std::vector<double> targets_;
  std::vector<double> knots_value_, knots_target_;  ///< ascending
  bool varied_ = false;
};

/// Yeo and Johnson's power transform of one value.
double yeo_johnson(double x, double lambda);
/// The lambda in [-1, 3] with the largest profile likelihood, for values of about unit scale.
double fit_yeo_johnson(std::span<const double> values);
/// Inverse of the standard normal distribution function, relative error below 1e-8.
double normal_quantile(double p);

}  // namespace tunesmith::tuning
