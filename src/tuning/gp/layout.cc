// SPDX-License-Identifier: Apache-2.0
#include "tuning/gp/layout.h"

#include "base/elementary.h"

#include <algorithm>
#include <numbers>

namespace tunesmith::tuning {
namespace {

// The prior mean of a log length that grows with the root of `effective` parameters.
double prior_length(double effective) {
  return std::numbers::sqrt2 - 1.5 + 0.5 * portable::log(effective);
}

// A number's length falls again beyond seven parameters, as it grew: by longer ones a search of 50
// trials hardly tells one place from another (docs/tuning.md has the measurement).
double effective_number(double parameters) {
  constexpr double kMost = 7;
  return parameters <= kMost ? parameters : std::max(kMost * kMost / parameters, 1.0);
}

}  // namespace

Layout layout_of(const Space& space, double warp_sd) {
  Layout layout;
  const auto parameters = static_cast<double>(space.size());
  const double of_category = prior_length(parameters);
  const double of_number = prior_length(effective_number(parameters));
  for (const auto& parameter : space.parameters()) {
    const bool category = parameter.kind == ParameterKind::kCategorical;
    // A warp of two cells could only be a length.
    const bool warped = !category && parameter.cells() > 2;
    const double sd = parameter.scaling == Scaling::kAuto ? 2 * warp_sd : warp_sd;
    layout.push_back({category, warped ? sd : 0, category ? of_category : of_number, 1});
  }
  return layout;
}

}  // namespace tunesmith::tuning
