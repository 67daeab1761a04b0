// SPDX-License-Identifier: Apache-2.0
#include "tuning/space/auto_parameter.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

constexpr double kWholeFactor = 8;
constexpr double kRealFactor = 10;

Parameter numeric(const std::string& name, ParameterKind kind, double min, double max,
                  Scaling scaling) {
  return {name, kind, min, max, scaling, {}};
}

Parameter around_whole(const std::string& name, double hint) {
  const auto kind = ParameterKind::kInteger;
  if (hint == 0) return numeric(name, kind, 0, kWholeFactor, Scaling::kLinear);
  const double near = std::round(std::abs(hint) / kWholeFactor);
  const double far = std::abs(hint) * kWholeFactor;
  if (hint < 0) return numeric(name, kind, -far, -near, Scaling::kLinear);
  return numeric(name, kind, std::max(near, 1.0), far, Scaling::kLogarithmic);
}

Parameter around_real(const std::string& name, double hint) {
  const auto kind = ParameterKind::kContinuous;
  if (hint == 0) return numeric(name, kind, 0, 1, Scaling::kLinear);
  if (hint < 0)
    return numeric(name, kind, hint * kRealFactor, hint / kRealFactor, Scaling::kLinear);
  if (hint >= 0.5 && hint < 1) {
    const double rest = 1 - hint;
    return numeric(name, kind, std::max(1 - rest * kRealFactor, 0.0), 1 - rest / kRealFactor,
                   Scaling::kReverseLogarithmic);
  }
  // An example below 1 is likely to be a fraction or a rate.
  const double max = hint < 1 ? std::min(hint * kRealFactor, 1.0) : hint * kRealFactor;
  return numeric(name, kind, hint / kRealFactor, max, Scaling::kLogarithmic);
}

}  // namespace

Result<Parameter> range_from_hint(const std::string& name, const std::string& hint,
                                  const std::optional<RecommendedRange>& recommended) {
  for (const auto& [yes, no] :
       {std::pair{"true", "false"}, std::pair{"True", "False"}, std::pair{"TRUE", "FALSE"}})
    if (hint == yes || hint == no)
      return Parameter{name, ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {yes, no}};
  const auto whole = parse_int(hint);
  const auto real = parse_double(hint);
  if (!real || !std::isfinite(*real) || std::abs(*real) > 1e15)
    return Error(
        ErrorKind::kInvalid,
        fmt::format("parameter '{}': no range can be made from the example '{}': a number, "
                    "true or false is needed",
                    name, hint));
  Parameter parameter = whole ? around_whole(name, *real) : around_real(name, *real);
  if (recommended) {
    const bool is_integer = recommended->kind == ParameterKind::kInteger;
    if (is_integer && !whole)
      return Error(
          ErrorKind::kInvalid,
          fmt::format("parameter '{}': the example '{}' is not a whole number", name, hint));
    parameter = numeric(name, recommended->kind, std::min(recommended->min, *real),
                        std::max(recommended->max, *real), Scaling::kAuto);
  }
  TUNESMITH_TRY_VOID(parameter.validate());
  return parameter;
}

}  // namespace tunesmith::tuning
