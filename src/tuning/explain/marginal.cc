// SPDX-License-Identifier: Apache-2.0
#include "tuning/explain/marginal.h"

#include "tuning/search/sobol.h"

#include <cmath>
#include <utility>

namespace tunesmith::tuning {

Marginal::Marginal(const Space& space, Ensemble& ensemble, std::size_t points)
    : ensemble_(ensemble) {
  const Sobol sobol(space.size(), 0);
  for (std::size_t i = 0; i < points; ++i)
    base_.push_back(space.snap(sobol.point(static_cast<std::uint32_t>(i))));
  work_ = base_;
}

Marginal::Marginal(Ensemble& ensemble, std::vector<Point> points)
    : ensemble_(ensemble), base_(std::move(points)), work_(base_) {}

Prediction Marginal::predict(const std::vector<std::size_t>& parameters, const Point& at) {
  for (std::size_t i = 0; i < work_.size(); ++i) {
    work_[i] = base_[i];
    for (std::size_t k = 0; k < parameters.size(); ++k) work_[i][parameters[k]] = at[k];
  }
  return ensemble_.predict_average(work_);
}

Point places_of(const Parameter& parameter, std::size_t resolution) {
  Point places;
  const double cells = parameter.cells();
  if (cells <= static_cast<double>(resolution) || parameter.kind == ParameterKind::kCategorical) {
    for (double k = 0; k < cells; ++k) places.push_back(parameter.cell_coordinate(k));
    return places;
  }
  for (std::size_t k = 0; k < resolution; ++k) {
    const double place =
        parameter.snap(static_cast<double>(k) / static_cast<double>(resolution - 1));
    if (places.empty() || place > places.back()) places.push_back(place);
  }
  return places;
}

}  // namespace tunesmith::tuning
