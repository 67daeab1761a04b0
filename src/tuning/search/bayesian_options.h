// SPDX-License-Identifier: Apache-2.0
//
// The choices inside Bayesian optimisation. Plain values.
#pragma once

#include "tuning/gp/output_transform.h"

#include <string_view>

namespace tunesmith::tuning {

/// Choices that were settled by measurement (docs/tuning.md); the defaults are what ships.
struct BayesianOptions {
  int initial = 0;           ///< points of the initial design; 0: by dimension and budget
  bool centre_first = true;  ///< whether it begins with the centre of the cube
  TransformOptions transform;
  bool incumbent_is_mean = true;  ///< improve on the best posterior mean, not on the best target
  int ensemble = 8;               ///< models; 1: the MAP alone
  int burn_in = 4;                ///< slice sampling steps before the first draw
  int thin = 1;                   ///< and from one draw to the next
  int starts = 6;                 ///< local searches for the acquisition's maximum
  double length_shift = 0;        ///< added to the prior mean of log length
  double length_sd = 1;
  double scale_sd = 0.7;
  double noise_mean = -8;  ///< of log noise variance
  double noise_sd = 2;
  double warp_sd = 0.3;  ///< prior deviation of the input warp's log parameters; 0: no warp
  double mean_variance = 1;
  bool improve_on_pending = true;  ///< a pending trial's mean, too, is to be improved on
  double settled = -8.5;  ///< log of an improvement, in deviations of the targets, worth no trial
};

/// Sets the option of that name ; false when there is none.
bool set_option(BayesianOptions& options, std::string_view name, double value);

}  // namespace tunesmith::tuning
