// SPDX-License-Identifier: Apache-2.0
//
// What the search engine can say about itself: why a point was suggested, what going on is worth,
// which hyperparameters matter and how the objective answers to them. Plain values; objective
// values are in the objective's own units and direction.
#pragma once

#include "tuning/space/space.h"

#include <optional>
#include <string>
#include <vector>

namespace tunesmith::tuning {

/// Why a point was suggested. Numbers are absent where the step has no model.
struct Explanation {
  std::string step;            ///< "initial design", "expected improvement", "random", ...
  std::optional<double> mean;  ///< predicted objective
  std::optional<double>
      deviation;  ///< standard deviation of what was to be seen there, noise included
  std::optional<double>
      acquisition;  ///< log expected improvement of the model's standardised target
};

struct Convergence {
  /// The largest expected improvement that one more trial has to offer, in the objective's units,
  /// never negative.
  double expected_improvement = 0;
  /// Below this it is not worth going on: a hundredth of the distance from the best value to the
  /// median one.
  double threshold = 0;
  bool converged = false;  ///< after each of the last three trials
};

/// The share, in [0, 1], of the model's variance that one parameter explains alone, or two only
/// together (a functional ANOVA of the model's mean; Hutter, Hoos and Leyton-Brown, "An Efficient
/// Approach for Assessing Hyperparameter Importance", 2014).
struct Importance {
  std::vector<std::size_t> parameters;  ///< one or two indices into the space, ascending
  double share = 0;
};

/// What a response does with the parameters that it is not about.
enum class Others {
  kAveraged,  ///< over the whole space: how the parameter does in general
  kAtBest,    ///< kept at the best trial's values: what changing that trial would do
};

/// The objective where some parameters have these values.
struct ResponsePoint {
  std::vector<Value> values;  ///< in the order asked for
  double mean = 0;
  double low = 0;  ///< mean less and plus two standard deviations of the model
  double high = 0;
};

}  // namespace tunesmith::tuning
