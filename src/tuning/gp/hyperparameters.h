// SPDX-License-Identifier: Apache-2.0
//
// Parameters of the Gaussian process's covariance, kept as logarithms, and their priors.
// Notation: docs/tuning.md. Plain values.
#pragma once

#include "base/elementary.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace tunesmith::tuning {

/// theta = (log length_1..d, log scale, log noise variance), and, when inputs are warped,
/// (log a_1..d, log b_1..d) after them; see gp/warp.h.
using Theta = std::vector<double>;

inline double noise_variance(const Theta& theta, std::size_t dims) {
  return portable::exp(theta[dims + 1]);
}

/// Independent normal priors on the elements of theta other than lengths and warps, whose priors
/// are the layout's.
struct Priors {
  double scale_mean = 0;
  double scale_sd = 0.7;
  double noise_mean = -8;
  double noise_sd = 2;
  double noise_floor = 1e-6;
  double mean_variance = 1;  ///< prior variance of the constant mean
};

}  // namespace tunesmith::tuning
