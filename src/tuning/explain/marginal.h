// SPDX-License-Identifier: Apache-2.0
//
// The model's prediction where some parameters are fixed and the others averaged over the space.
// Not thread safe: works in the surrogate's buffers.
#pragma once

#include "tuning/search/surrogate.h"

namespace tunesmith::tuning {

class Marginal {
 public:
  /// Averages are taken over `points` points of a scrambled Sobol sequence.
  Marginal(const Space& space, Ensemble& ensemble, std::size_t points);
  /// Over these points.
  Marginal(Ensemble& ensemble, std::vector<Point> points);

  /// Where parameters[i] has coordinate at[i].
  Prediction predict(const std::vector<std::size_t>& parameters, const Point& at);

 private:
  Ensemble& ensemble_;
  std::vector<Point> base_, work_;
};

/// Evenly spaced coordinates of a parameter, at most `resolution` of them: the cells of a discrete
/// parameter that has no more (all of a category's, always), 0 and 1 included where it is
/// continuous.
Point places_of(const Parameter& parameter, std::size_t resolution);

}  // namespace tunesmith::tuning
