// SPDX-License-Identifier: Apache-2.0
//
// Parameters of the Gaussian process's covariance, kept as logarithms, and their priors.
// Notation: docs/tuning.md. Plain values.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace tunesmith::tuning {

/// theta = (log length_1..d, log scale, log noise variance), and, when inputs are warped,
/// (log a_1..d, log b_1..d) after them; see gp/warp.h.
using Theta = std::vector<double>;

inline double noise_variance(const Theta& theta, std::size_t dims) {
  return std::exp(theta[dims + 1]);
}

/// Independent normal priors on each element of theta, and the box it is kept in.
struct Priors {
  double length_mean = 0;  ///< of log length; see for_dimension
  double length_sd = 1;
  double scale_mean = 0;
  double scale_sd = 0.7;
  double noise_mean = -5;
  double noise_sd = 1.5;
  double noise_floor = 1e-6;
  double warp_sd = 0;        ///< of log a and log b, around 0; 0: inputs are not warped
  double mean_variance = 1;  ///< prior variance of the constant mean

  static Priors for_dimension(std::size_t dims);
};

}  // namespace tunesmith::tuning
