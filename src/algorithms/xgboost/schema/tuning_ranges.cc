// SPDX-License-Identifier: Apache-2.0
//
// What a tuning job's ranges must satisfy. The service's own texts for these faults are not
// documented; ours name the hyperparameter, what was given and what is allowed.
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "algorithms/xgboost/schema/parameter_table.h"

#include <fmt/core.h>

#include <set>

namespace tunesmith::algorithms::xgboost {
namespace {

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

std::string_view kind_name(RangeKind kind) {
  switch (kind) {
    case RangeKind::kContinuous:
      return "ContinuousParameterRanges";
    case RangeKind::kInteger:
      return "IntegerParameterRanges";
    case RangeKind::kCategorical:
      return "CategoricalParameterRanges";
  }
  return "";
}

std::string tunable_names() {
  std::string names;
  for (const auto& parameter : parameter_table()) {
    if (!parameter.tunable) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

Result<double> bound(const Parameter& parameter, const TunedRange& range, std::string_view which,
                     const std::string& text) {
  const bool integer = range.kind == RangeKind::kInteger;
  std::optional<double> value;
  if (!integer) {
    value = python_float(text);
  } else if (const auto whole = python_int(text)) {
    value = static_cast<double>(*whole);
  }
  if (!value) {
    return invalid(fmt::format("The {} '{}' of hyperparameter {} is not {}.", which, text,
                               range.name, integer ? "an integer" : "a number"));
  }
  if (!parameter.interval.contains_or_touches(*value)) {
    return invalid(fmt::format("The {} {} of hyperparameter {} is outside of its allowed range {}.",
                               which, text, range.name, parameter.interval.text()));
  }
  return *value;
}

Result<void> check_range(const Parameter& parameter, const TunedRange& range) {
  const bool type_fits = range.kind == RangeKind::kCategorical ||
                         parameter.type == ParameterType::kContinuous ||
                         range.kind == RangeKind::kInteger;
  if (!type_fits) {
    return invalid(fmt::format("Hyperparameter {} is an integer: it cannot be tuned in {}.",
                               range.name, kind_name(range.kind)));
  }
  if (range.kind == RangeKind::kCategorical) {
    for (const auto& value : range.values) {
      const auto number = parameter.type == ParameterType::kInteger
                              ? python_int(value).has_value() ? python_float(value) : std::nullopt
                              : python_float(value);
      if (!number || !parameter.interval.contains(*number)) {
        return invalid(
            fmt::format("The value '{}' of hyperparameter {} is outside of its allowed range "
                        "{}.",
                        value, range.name, parameter.interval.text()));
      }
    }
    return {};
  }
  TUNESMITH_TRY(const auto min, bound(parameter, range, "minimum", range.min));
  TUNESMITH_TRY(const auto max, bound(parameter, range, "maximum", range.max));
  if (min > max) {
    return invalid(fmt::format("The minimum {} of hyperparameter {} is above its maximum {}.",
                               range.min, range.name, range.max));
  }
  return {};
}

// A value inside of both the tuned and the hard range, to complete the set for the cross rules.
std::string sample_value(const Parameter& parameter, const TunedRange& range) {
  if (range.kind == RangeKind::kCategorical)
    return range.values.empty() ? "" : range.values.front();
  const auto min = python_float(range.min);
  return min && parameter.interval.contains(*min) ? range.min : range.max;
}

}  // namespace

Result<void> validate_tuning(const std::map<std::string, std::string>& static_values,
                             std::span<const TunedRange> ranges, std::string_view objective,
                             Generation generation) {
  auto complete = static_values;
  std::set<std::string_view> names;
  for (const auto& [name, value] : static_values) names.insert(canonical_name(name));
  for (const auto& range : ranges) {
    const auto* parameter = find_parameter(canonical_name(range.name));
    if (parameter == nullptr || (parameter->legacy_only && generation != Generation::kLegacy)) {
      return invalid(fmt::format("Extraneous hyperparameter found: {}", range.name));
    }
    if (!parameter->tunable) {
      return invalid(fmt::format("Hyperparameter {} cannot be tuned. Tunable hyperparameters: {}.",
                                 range.name, tunable_names()));
    }
    if (!names.insert(parameter->name).second) {
      return invalid(
          fmt::format("Hyperparameter {} is given more than once, among static "
                      "hyperparameters and parameter ranges.",
                      range.name));
    }
    TUNESMITH_TRY_VOID(check_range(*parameter, range));
    complete[range.name] = sample_value(*parameter, range);
  }
  if (!objective.empty()) {
    if (find_objective(objective) == nullptr) {
      return invalid(
          fmt::format("The objective metric {} is not one of the algorithm's metrics.", objective));
    }
    complete["_tuning_objective_metric"] = objective;
  }
  TUNESMITH_TRY([[maybe_unused]] const auto set, validate(complete, generation));
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
