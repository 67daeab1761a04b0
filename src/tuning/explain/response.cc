// SPDX-License-Identifier: Apache-2.0
#include "tuning/explain/explain.h"
#include "tuning/explain/marginal.h"

#include <cmath>

namespace tunesmith::tuning {

std::vector<ResponsePoint> response_of(const Space& space, Surrogate& surrogate,
                                       const std::vector<std::size_t>& parameters,
                                       std::size_t resolution, double sign, const Point* others) {
  Marginal marginal = others != nullptr ? Marginal(surrogate.ensemble, {*others})
                                        : Marginal(space, surrogate.ensemble, 128);
  std::vector<Point> places;
  std::size_t count = 1;
  for (const std::size_t j : parameters) {
    places.push_back(places_of(space[j], resolution));
    count *= places.back().size();
  }
  std::vector<ResponsePoint> response;
  for (std::size_t i = 0; i < count; ++i) {
    Point at(parameters.size());
    std::size_t rest = i;
    for (std::size_t k = parameters.size(); k-- > 0;) {
      at[k] = places[k][rest % places[k].size()];
      rest /= places[k].size();
    }
    const Prediction prediction = marginal.predict(parameters, at);
    const double reach = 2 * std::sqrt(prediction.variance);
    ResponsePoint point;
    for (std::size_t k = 0; k < parameters.size(); ++k)
      point.values.push_back(space[parameters[k]].decode(at[k]));
    const auto& transform = surrogate.transform;
    point.mean = sign * transform.inverse(prediction.mean);
    point.low = sign * transform.inverse(prediction.mean - sign * reach);
    point.high = sign * transform.inverse(prediction.mean + sign * reach);
    response.push_back(std::move(point));
  }
  return response;
}

}  // namespace tunesmith::tuning
