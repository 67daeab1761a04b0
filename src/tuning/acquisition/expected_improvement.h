// SPDX-License-Identifier: Apache-2.0
//
// The logarithm of expected improvement and its derivatives, accurate where the improvement itself
// underflows (Ament et al., "Unexpected Improvements to Expected Improvement", 2023).
// Pure functions.
#pragma once

#include "tuning/gp/posterior.h"

namespace tunesmith::tuning {

struct LogImprovement {
  double value = 0;
  double d_mean = 0;      ///< derivative by the predicted mean
  double d_variance = 0;  ///< derivative by the predicted variance
};

/// log E[max(best - f, 0)] for f normal with the prediction's mean and variance (> 0).
LogImprovement log_expected_improvement(const Prediction& prediction, double best);

}  // namespace tunesmith::tuning
