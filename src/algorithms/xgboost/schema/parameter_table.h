// SPDX-License-Identifier: Apache-2.0
//
// The table of hyperparameters: for each its type, hard range, whether a tuning job may tune it and
// the range recommended for that. Private to this folder; hyperparameters.h is the way in.
#pragma once

#include "algorithms/xgboost/schema/hyperparameters.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// A bound as the container writes it; the text is what its error messages show.
struct Bound {
  double value = 0;
  bool open = false;
  std::string_view text;
};

struct Interval {
  std::optional<Bound> min;
  std::optional<Bound> max;

  /// NaN is outside of every interval.
  bool contains(double value) const;
  /// Contains, or is the excluded bound itself: for the ends of a tuned range.
  bool contains_or_touches(double value) const;
  /// "[0, 1]", "(0, +inf)".
  std::string text() const;
};

struct Parameter {
  std::string_view name;
  ParameterType type = ParameterType::kContinuous;
  Interval interval;                     // integers, continuous, nested lists
  std::vector<std::string_view> values;  // categories, members of lists, members of tuples
  bool required = false;
  bool tunable = false;
  std::string_view recommended_min;
  std::string_view recommended_max;
  bool legacy_only = false;
};

std::span<const Parameter> parameter_table();
const Parameter* find_parameter(std::string_view canonical_name);

}  // namespace tunesmith::algorithms::xgboost
