// SPDX-License-Identifier: Apache-2.0
//
// Parameters of the Gaussian process's covariance, kept as logarithms, and their priors.
// Notation: docs/tuning.md. Plain values.
#pragma once

#include <vector>

namespace tunesmith::tuning {

/// theta = (log length_1..d, log scale, log noise variance).
using Theta = std::vector<double>;

/// Independent normal priors on each element of theta, and the box it is kept in.
struct Priors {
  double length_mean = 0;  ///< of log length; see for_dimension
  double length_sd = 1;
  double scale_mean = 0;
  double scale_sd = 0.7;
  double noise_mean = -5;
  double noise_sd = 1.5;
  double noise_floor = 1e-6;
  double mean_variance = 1;  ///< prior variance of the constant mean

  static Priors for_dimension(std::size_t dims);
};

}  // namespace tunesmith::tuning
