// SPDX-License-Identifier: Apache-2.0
#include "tuning/space/parameter.h"

#include "base/elementary.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tunesmith::tuning {
namespace {

// Beyond this an integer is no longer exact in a double.
constexpr double kLargestInteger = 9007199254740992.0;

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorKind::kInvalid, fmt::format("parameter '{}': {}", name, what)};
}

}  // namespace

Result<void> Parameter::validate() const {
  if (name.empty()) return Error(ErrorKind::kInvalid, "a parameter has no name");
  if (kind == ParameterKind::kCategorical) {
    if (values.empty()) return invalid(name, "a categorical parameter needs at least one value");
    if (std::set<std::string>(values.begin(), values.end()).size() != values.size())
      return invalid(name, "a value is listed twice");
    return {};
  }
  if (!std::isfinite(min) || !std::isfinite(max)) return invalid(name, "bounds must be finite");
  if (min > max) return invalid(name, fmt::format("min {} is above max {}", min, max));
  if (!std::isfinite(max - min)) return invalid(name, "the range is too wide");
  if (kind == ParameterKind::kInteger) {
    if (min != std::floor(min) || max != std::floor(max))
      return invalid(name, fmt::format("bounds {} and {} must be whole numbers", min, max));
    if (std::abs(min) > kLargestInteger || std::abs(max) > kLargestInteger)
      return invalid(name, "integer bounds must lie within plus or minus 2^53");
  }
  if (scaling == Scaling::kLogarithmic && min <= 0)
    return invalid(name, fmt::format("logarithmic scaling needs min > 0, but min is {}", min));
  if (scaling == Scaling::kReverseLogarithmic) {
    if (kind == ParameterKind::kInteger)
      return invalid(name, "reverse logarithmic scaling is for continuous parameters");
    if (min < 0 || max >= 1)
      return invalid(
          name, fmt::format("reverse logarithmic scaling needs 0 <= min and max < 1, not {} and {}",
                            min, max));
  }
  return {};
}

Scaling Parameter::effective_scaling() const {
  // Over so narrow a range a logarithm is linear, but for its rounding, in which large neighbouring
  // integers would become one.
  constexpr double kNarrow = 1e-3;
  if (scaling == Scaling::kLogarithmic && max - min <= kNarrow * min) return Scaling::kLinear;
  if (scaling != Scaling::kAuto) return scaling;
  return min > 0 && max >= 100 * min ? Scaling::kLogarithmic : Scaling::kLinear;
}

double Parameter::cells() const {
  switch (kind) {
    case ParameterKind::kCategorical:
      return static_cast<double>(values.size());
    case ParameterKind::kInteger:
      return max - min + 1;
    case ParameterKind::kContinuous:
      break;
  }
  return min == max ? 1 : std::numeric_limits<double>::infinity();
}

bool Parameter::is_discrete() const { return std::isfinite(cells()); }

double Parameter::scaled(double x) const {
  switch (effective_scaling()) {
    case Scaling::kLogarithmic:
      return portable::log(x);
    case Scaling::kReverseLogarithmic:
      return -portable::log1p(-x);
    default:
      return x;
  }
}

Result<double> Parameter::encode(const Value& value) const {
  if (kind == ParameterKind::kCategorical) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return invalid(name, "a category must be given as text");
    const auto at = std::find(values.begin(), values.end(), *text);
    if (at == values.end())
      return invalid(name, fmt::format("'{}' is not one of its values", *text));
    return cell_coordinate(static_cast<double>(at - values.begin()));
  }
  double x = 0;
  if (const auto* number = std::get_if<double>(&value)) {
    x = *number;
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    x = static_cast<double>(*integer);
  } else {
    return invalid(name, "a number is needed, not text");
  }
  if (!(x >= min && x <= max))
    return invalid(name, fmt::format("{} lies outside [{}, {}]", x, min, max));
  if (kind == ParameterKind::kInteger) {
    if (x != std::floor(x)) return invalid(name, fmt::format("{} is not a whole number", x));
    return cell_coordinate(x - min);
  }
  if (min == max) return 0.5;
  const double low = scaled(min);
  const double unit = (scaled(x) - low) / (scaled(max) - low);
  return std::clamp(unit, 0.0, 1.0);
}

Value Parameter::decode(double unit) const {
  const double u = std::isnan(unit) ? 0.5 : std::clamp(unit, 0.0, 1.0);
  if (kind == ParameterKind::kCategorical) return values[static_cast<std::size_t>(cell_index(u))];
  if (kind == ParameterKind::kInteger) return static_cast<std::int64_t>(min + cell_index(u));
  if (u <= 0 || min == max) return min;
  if (u >= 1) return max;
  const double low = scaled(min);
  const double t = low + u * (scaled(max) - low);
  double x = t;
  if (effective_scaling() == Scaling::kLogarithmic) x = portable::exp(t);
  if (effective_scaling() == Scaling::kReverseLogarithmic) x = -portable::expm1(-t);
  return std::clamp(x, min, max);
}

double Parameter::snap(double unit) const {
  const double u = std::isnan(unit) ? 0.5 : std::clamp(unit, 0.0, 1.0);
  return is_discrete() ? cell_coordinate(cell_index(u)) : u;
}

double Parameter::cell_coordinate(double index) const {
  const double m = cells();
  if (m <= 1) return 0.5;
  if (kind == ParameterKind::kInteger && effective_scaling() == Scaling::kLogarithmic) {
    const double low = portable::log(min - 0.5);
    const double high = portable::log(max + 0.5);
    const double x = min + index;
    return (0.5 * (portable::log(x - 0.5) + portable::log(x + 0.5)) - low) / (high - low);
  }
  return (index + 0.5) / m;
}

double Parameter::cell_index(double unit) const {
  const double m = cells();
  if (m <= 1) return 0;
  double index = 0;
  if (kind == ParameterKind::kInteger && effective_scaling() == Scaling::kLogarithmic) {
    const double low = portable::log(min - 0.5);
    const double high = portable::log(max + 0.5);
    index = std::floor(portable::exp(low + unit * (high - low)) + 0.5) - min;
  } else {
    index = std::floor(unit * m);
  }
  return std::clamp(index, 0.0, m - 1);
}

}  // namespace tunesmith::tuning
