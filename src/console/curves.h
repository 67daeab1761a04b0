// SPDX-License-Identifier: Apache-2.0
//
// The learning curves of a tuning job's trials: the objective over the steps of each trial, thinned
// so that thousands of trials stay light. Pure functions.
#pragma once

#include "store/records.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::console {

struct Curve {
  std::int64_t trial = 0;
  std::vector<std::int64_t> steps;  // ascending
  std::vector<double> values;       // as many
};

/// Points in order of trial and step, as one curve for each trial with about `budget` points in
/// all. A curve keeps its first and last point and at least kFewestCurvePoints in all, if it has
/// them.
std::vector<Curve> thin_curves(const std::vector<store::TrialPoint>& points, std::size_t budget);
inline constexpr std::size_t kFewestCurvePoints = 8;

/// {"metric": ..., "curves": [{"trial", "steps", "values"}]}; `metric` is left out when empty.
std::string print_curves(std::string_view metric, const std::vector<Curve>& curves);

}  // namespace tunesmith::console
