// SPDX-License-Identifier: Apache-2.0
//
// The choices inside Bayesian optimisation. Plain values.
#pragma once

#include "tuning/gp/output_transform.h"

#include <string_view>

namespace tunesmith::tuning {

/// Choices that were settled by measurement (docs/tuning.md); the defaults are what ships.
struct BayesianOptions {
  int initial = 0;  ///< points of the initial design; 0: by dimension and budget
  bool centre_first = true;
  TransformOptions transform;
  bool incumbent_is_mean = false;  ///< improve on the best posterior mean, not on the best target
  double length_shift = 0;
  double length_sd = 1;
  double noise_mean = -5;
  double noise_sd = 1.5;
  int starts = 6;
  int ensemble = 1;
};

/// Sets the option of that name (dots for nested ones); false when there is none.
bool set_option(BayesianOptions& options, std::string_view name, double value);

}  // namespace tunesmith::tuning
