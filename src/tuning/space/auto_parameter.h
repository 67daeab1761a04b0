// SPDX-License-Identifier: Apache-2.0
//
// A range for a hyperparameter of which only an example value is known (AutoParameters of a tuning
// job with Autotune). Where the algorithm recommends a range, that is used, widened to hold the
// example; else one is made around it. Pure.
#pragma once

#include "tuning/space/parameter.h"

#include <optional>

namespace tunesmith::tuning {

/// What an algorithm recommends for one of its numeric hyperparameters.
struct RecommendedRange {
  ParameterKind kind = ParameterKind::kContinuous;
  double min = 0;
  double max = 1;
};

/// Around a whole number: from an eighth to eight times; around another number: a decade to each
/// side, on a logarithmic scale, or on a reverse logarithmic one for examples from 1/2 to 1, such
/// as a momentum. "true" and "false" make a choice of both. kInvalid for other texts, naming the
/// hyperparameter.
Result<Parameter> range_from_hint(const std::string& name, const std::string& hint,
                                  const std::optional<RecommendedRange>& recommended);

}  // namespace tunesmith::tuning
