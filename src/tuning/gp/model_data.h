// SPDX-License-Identifier: Apache-2.0
//
// Points and targets that one model is conditioned on. Plain values.
#pragma once

#include "tuning/gp/layout.h"

#include <vector>

namespace tunesmith::tuning {

struct ModelData {
  Layout layout;
  Context context;           ///< in which the function is to be predicted
  double mean_variance = 1;  ///< prior variance of the constant mean
  std::vector<ContextPoint> points;
  std::vector<double> targets;
};

}  // namespace tunesmith::tuning
