// SPDX-License-Identifier: Apache-2.0
//
// The coordinates that the Gaussian process sees: those of the space, then those that only the
// model has (its context: the resource a value was reached with, the job a trial belongs to).
// Plain values.
#pragma once

#include "tuning/space/space.h"

#include <vector>

namespace tunesmith::tuning {

struct Dimension {
  bool hamming = false;    ///< a category: distance is 0 or 1
  double warp_sd = 0;      ///< prior deviation of the input warp's log parameters; 0: no warp
  double length_mean = 0;  ///< of the normal prior on its log length scale
  double length_sd = 1;
};

using Layout = std::vector<Dimension>;

/// One dimension a parameter. The prior length grows with the root of their number (Hvarfner,
/// Hellsten and Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024);
/// that of a number falls again beyond seven.
/// `warp_sd`: of a parameter whose scaling was chosen; twice that where it is kAuto.
Layout layout_of(const Space& space, double warp_sd = 0);

/// What the coordinates of a Layout beyond the space's are.
using Context = std::vector<double>;

/// A point of the space, seen in a context. Both are the owner's; a null context is an empty one.
struct ContextPoint {
  const Point* point = nullptr;
  const Context* context = nullptr;
};

}  // namespace tunesmith::tuning
