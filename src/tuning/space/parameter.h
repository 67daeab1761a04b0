// SPDX-License-Identifier: Apache-2.0
//
// One hyperparameter of a search: its kind, bounds and scale, and the map between its values and
// a coordinate in [0, 1]. Integers and categories own equal cells of the (scaled) interval and are
// always carried at a cell's centre, so two equal values have bit-equal coordinates.
// Plain values; immutable after validation; thread safe to read.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tunesmith::tuning {

/// A continuous value, an integer, or a category's name.
using Value = std::variant<double, std::int64_t, std::string>;

enum class ParameterKind { kContinuous, kInteger, kCategorical };

/// kAuto becomes logarithmic when min > 0 and max >= 100 min, linear otherwise.
enum class Scaling { kAuto, kLinear, kLogarithmic, kReverseLogarithmic };

struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::kContinuous;
  double min = 0;  ///< continuous and integer; included
  double max = 1;  ///< included
  Scaling scaling = Scaling::kAuto;
  std::vector<std::string> values;  ///< categorical only

  /// kInvalid, naming the parameter, when bounds, scale or values make no sense.
  Result<void> validate() const;
  /// What is done here: kAuto's choice, or linear scaling where a logarithm is as good as that;
  /// never kAuto.
  Scaling effective_scaling() const;

  /// How many different values there are; infinity for a continuous range that is not a point.
  double cells() const;
  bool is_discrete() const;

  /// The coordinate of a value. kInvalid for a value of another type or outside the bounds
  /// (a continuous parameter also takes an integer, an integer one a whole double).
  Result<double> encode(const Value& value) const;
  /// The value at a coordinate, which is clamped to [0, 1]; 0 gives min and 1 gives max exactly.
  Value decode(double unit) const;
  /// encode(decode(unit)), without going through text: the nearest coordinate that a value has.
  double snap(double unit) const;
  /// The coordinate of the index-th value of a discrete parameter, 0 <= index < cells().
  double cell_coordinate(double index) const;
  /// The index of the cell a coordinate lies in, for a discrete parameter.
  double cell_index(double unit) const;

 private:
  double scaled(double x) const;
};

}  // namespace tunesmith::tuning
