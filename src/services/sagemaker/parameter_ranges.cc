// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/parameter_ranges.h"

#include "base/strings.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

#include <cmath>
#include <set>

namespace tunesmith::services::sagemaker {
namespace {

using orchestration::ParameterKind;
using orchestration::ParameterRange;

template <class WireRange>
Outcome<ParameterRange> numeric_range(const WireRange& wire, ParameterKind kind) {
  const auto number = [&](const std::string& text) -> std::optional<double> {
    if (kind == ParameterKind::kInteger) {
      const auto whole = parse_int(text);
      return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
    }
    const auto value = parse_double(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
  };
  const auto min = number(wire.min_value);
  const auto max = number(wire.max_value);
  const std::string_view what = kind == ParameterKind::kInteger ? "an integer" : "a number";
  for (const auto& [value, text, member] :
       {std::tuple{min, wire.min_value, "MinValue"}, std::tuple{max, wire.max_value, "MaxValue"}}) {
    if (!value) {
      return invalid(fmt::format("The {} '{}' of hyperparameter '{}' is not {}.", member, text,
                                 wire.name, what));
    }
  }
  if (*min >= *max) {
    return invalid(
        fmt::format("The MinValue [{}] of hyperparameter '{}' must be less than its MaxValue [{}].",
                    wire.min_value, wire.name, wire.max_value));
  }
  ParameterRange range{
      wire.name, kind, wire.min_value, wire.max_value, wire.scaling_type.value_or("Auto"), {}};
  if (range.scaling == "Logarithmic" && *min <= 0) {
    return invalid(fmt::format(
        "Hyperparameter '{}': Logarithmic scaling needs a MinValue greater than 0, not [{}].",
        wire.name, wire.min_value));
  }
  if (range.scaling == "ReverseLogarithmic") {
    if (kind == ParameterKind::kInteger) {
      return invalid(fmt::format(
          "Hyperparameter '{}': ReverseLogarithmic scaling is for continuous ranges only.",
          wire.name));
    }
    if (*min < 0 || *max >= 1) {
      return invalid(
          fmt::format("Hyperparameter '{}': ReverseLogarithmic scaling needs a range within 0 <= x "
                      "< 1.0, not [{}, {}].",
                      wire.name, wire.min_value, wire.max_value));
    }
  }
  return range;
}

}  // namespace

Outcome<std::vector<ParameterRange>> parameter_ranges(
    const std::optional<api::ParameterRanges>& wire, const Limits& limits) {
  std::vector<ParameterRange> out;
  if (wire) {
    if (wire->continuous_parameter_ranges) {
      for (const auto& r : *wire->continuous_parameter_ranges) {
        auto range = numeric_range(r, ParameterKind::kContinuous);
        if (!range) return range.error();
        out.push_back(std::move(*range));
      }
    }
    if (wire->integer_parameter_ranges) {
      for (const auto& r : *wire->integer_parameter_ranges) {
        auto range = numeric_range(r, ParameterKind::kInteger);
        if (!range) return range.error();
        out.push_back(std::move(*range));
      }
    }
    if (wire->categorical_parameter_ranges) {
      for (const auto& r : *wire->categorical_parameter_ranges) {
        if (std::set<std::string>(r.values.begin(), r.values.end()).size() != r.values.size()) {
          return invalid(fmt::format("The Values of hyperparameter '{}' must be unique.", r.name));
        }
        out.push_back({r.name, ParameterKind::kCategorical, "", "", "", r.values});
      }
    }
  }
  if (out.empty())
    return invalid("ParameterRanges: at least one hyperparameter range is required.");
  if (static_cast<std::int64_t>(out.size()) > limits.max_ranges) {
    return invalid(fmt::format("ParameterRanges: {} hyperparameters are tuned, at most {} can be.",
                               out.size(), limits.max_ranges));
  }
  std::set<std::string> names;
  for (const auto& range : out) {
    if (!names.insert(range.name).second) {
      return invalid(fmt::format("Hyperparameter '{}' has more than one range.", range.name));
    }
  }
  return out;
}

std::optional<double> combinations(const std::vector<ParameterRange>& ranges) {
  double product = 1;
  for (const auto& range : ranges) {
    if (range.kind == ParameterKind::kContinuous) return std::nullopt;
    product *= range.kind == ParameterKind::kCategorical
                   ? static_cast<double>(range.values.size())
                   : static_cast<double>(*parse_int(range.max) - *parse_int(range.min)) + 1;
  }
  return product;
}

}  // namespace tunesmith::services::sagemaker
