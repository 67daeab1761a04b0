// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/layout.h"

#include "base/elementary.h"

#include <cmath>
#include <numbers>

namespace tunesmith::tuning {

Layout layout_of(const Space& space, double warp_sd) {
  Layout layout;
  const double length_mean =
      std::numbers::sqrt2 - 1.5 + 0.5 * portable::log(static_cast<double>(space.size()));
  for (const auto& parameter : space.parameters()) {
    const bool category = parameter.kind == ParameterKind::kCategorical;
    // A warp of two cells could only be a length.
    const bool warped = !category && parameter.cells() > 2;
    const double sd = parameter.scaling == Scaling::kAuto ? 2 * warp_sd : warp_sd;
    layout.push_back({category, warped ? sd : 0, length_mean, 1});
  }
  return layout;
}

}  // namespace tunesmith::tuning
