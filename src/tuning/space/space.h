// SPDX-License-Identifier: Apache-2.0
//
// An ordered list of parameters and the map between configurations and points of the unit cube.
// A Point has one coordinate a parameter, in space order, each at a value's coordinate (snapped).
// Immutable; thread safe to read.
#pragma once

#include "base/result.h"
#include "tuning/space/parameter.h"

#include <vector>

namespace tunesmith::tuning {

/// One value a parameter, in space order.
using Configuration = std::vector<Value>;
using Point = std::vector<double>;

class Space {
 public:
  /// kInvalid: no parameter, more than kMaxParameters, two of the same name, or one that is wrong
  /// in itself.
  static Result<Space> create(std::vector<Parameter> parameters);
  static constexpr std::size_t kMaxParameters = 256;

  std::size_t size() const { return parameters_.size(); }
  const Parameter& operator[](std::size_t index) const { return parameters_[index]; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// How many configurations there are; infinity with a continuous parameter.
  double cardinality() const { return cardinality_; }

  /// kInvalid: wrong number of values, or a value that its parameter does not take.
  Result<Point> encode(const Configuration& configuration) const;
  Configuration decode(const Point& point) const;
  Point snap(Point point) const;
  /// The index-th configuration of a finite space, the last parameter varying fastest.
  Point enumerate(double index) const;

 private:
  explicit Space(std::vector<Parameter> parameters);
  std::vector<Parameter> parameters_;
  double cardinality_ = 1;
};

}  // namespace tunesmith::tuning
