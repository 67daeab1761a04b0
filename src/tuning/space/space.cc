// SPDX-License-Identifier: Apache-2.0
#include "tuning/space/space.h"

#include <fmt/core.h>

#include <cmath>
#include <set>

namespace tunesmith::tuning {

Space::Space(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  for (const auto& parameter : parameters_) cardinality_ *= parameter.cells();
}

Result<Space> Space::create(std::vector<Parameter> parameters) {
  if (parameters.empty()) return Error(ErrorKind::kInvalid, "the space has no parameter");
  if (parameters.size() > kMaxParameters)
    return Error(ErrorKind::kInvalid, fmt::format("the space has {} parameters, more than {}",
                                                  parameters.size(), kMaxParameters));
  std::set<std::string> names;
  for (const auto& parameter : parameters) {
    TUNESMITH_TRY_VOID(parameter.validate());
    if (!names.insert(parameter.name).second)
      return Error(ErrorKind::kInvalid,
                   fmt::format("parameter '{}' is given twice", parameter.name));
  }
  return Space(std::move(parameters));
}

Result<Point> Space::encode(const Configuration& configuration) const {
  if (configuration.size() != size())
    return Error(ErrorKind::kInvalid,
                 fmt::format("a configuration of {} values does not fit a space of {} parameters",
                             configuration.size(), size()));
  Point point;
  point.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    TUNESMITH_TRY(const double unit, parameters_[i].encode(configuration[i]));
    point.push_back(unit);
  }
  return point;
}

Configuration Space::decode(const Point& point) const {
  Configuration configuration;
  configuration.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) configuration.push_back(parameters_[i].decode(point[i]));
  return configuration;
}

Point Space::snap(Point point) const {
  for (std::size_t i = 0; i < size(); ++i) point[i] = parameters_[i].snap(point[i]);
  return point;
}

Point Space::enumerate(double index) const {
  Point point(size());
  for (std::size_t i = size(); i-- > 0;) {
    const double m = parameters_[i].cells();
    const double digit = std::fmod(index, m);
    point[i] = parameters_[i].cell_coordinate(digit);
    index = std::floor(index / m);
  }
  return point;
}

}  // namespace tunesmith::tuning
