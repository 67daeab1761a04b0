// SPDX-License-Identifier: Apache-2.0
//
// The built-in algorithm that trains nothing: for measuring the server, and for trying out tuning
// jobs in no time. What it is called, what it takes and what it prints. Pure functions.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::null_algorithm {

/// "<registry>/tunesmith-null", with or without a tag.
bool recognise_image(std::string_view uri);

inline constexpr std::string_view kMetric = "objective";
inline constexpr std::string_view kMetricRegex = R"(objective=(\S+))";

struct Plan {
  double objective = 0;     // to be minimized
  std::int64_t rounds = 1;  // how many values are printed; the last is the objective
  double seconds = 0;       // how long they take together
};
/// Of the hyperparameters "rounds" (1 to 100,000), "seconds" (0 to 86,400) and any others: the
/// objective is the sum of (x - 0.5)^2 over the others that are numbers. Names that begin with "_"
/// are the service's. kInvalid, in words for the user, for a value that is out of its range.
Result<Plan> plan(const std::map<std::string, std::string>& hyperparameters);

/// The value of the `round`th round, from 1: above the objective by what is left of the way.
double value_at(const Plan& plan, std::int64_t round);

}  // namespace tunesmith::algorithms::null_algorithm
