// SPDX-License-Identifier: Apache-2.0
//
// Minimisation of a smooth function in a box: limited-memory BFGS on the free variables with
// projected backtracking (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4 and
// section 16.7). Deterministic; the work is bounded by a count of evaluations.
#pragma once

#include <functional>
#include <vector>

namespace tunesmith::tuning {

struct LbfgsOptions {
  int max_evaluations = 50;
  int memory = 8;
  double gradient_tolerance = 1e-5;  ///< on the largest projected gradient component
  double value_tolerance = 1e-9;     ///< stops when a step gains less, relative to 1 + |value|
};

struct LbfgsResult {
  std::vector<double> x;
  double value = 0;  ///< +infinity when no finite value was seen
  int evaluations = 0;
};

/// f(x, gradient) returns the value and fills the gradient, which is never null. A value that is
/// not finite counts as a failed step.
using SmoothFunction =
    std::function<double(const std::vector<double>& x, std::vector<double>* gradient)>;

LbfgsResult minimize_box(const SmoothFunction& f, std::vector<double> start,
                         const std::vector<double>& lower, const std::vector<double>& upper,
                         const LbfgsOptions& options);

}  // namespace tunesmith::tuning
