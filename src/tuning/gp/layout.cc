// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/layout.h"

#include <cmath>
#include <numbers>

namespace tunesmith::tuning {

Layout layout_of(const Space& space) {
  Layout layout;
  const double length_mean =
      std::numbers::sqrt2 - 1.5 + 0.5 * std::log(static_cast<double>(space.size()));
  for (const auto& parameter : space.parameters()) {
    const bool category = parameter.kind == ParameterKind::kCategorical;
    // A warp of two cells could only be a length.
    layout.push_back({category, !category && parameter.cells() > 2, length_mean, 1});
  }
  return layout;
}

}  // namespace tunesmith::tuning
