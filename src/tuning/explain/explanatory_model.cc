// SPDX-License-Identifier: Apache-2.0
#include "tuning/explain/explanatory_model.h"

#include "tuning/search/sobol.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

// Multiplications to spend on finding nearest trials, and how many places that may take.
constexpr double kWork = 2e7;
constexpr double kFewestPlaces = 128;
constexpr double kMostPlaces = 1024;

double squared_distance(const Space& space, const Point& a, const Point& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double difference = a[j] - b[j];
    if (space[j].kind != ParameterKind::kCategorical) {
      sum += difference * difference;
    } else if (difference != 0) {
      sum += 1;
    }
  }
  return sum;
}

// The values as they lie over the space, sorted: at each of many places that of the nearest trial
// (its last in `evidence`, at its largest resource). Trials themselves lie mostly where a search
// has found the best.
std::vector<double> values_over_space(const Space& space, const Evidence& evidence) {
  const auto n = static_cast<double>(evidence.values.size());
  const auto d = static_cast<double>(space.size());
  const auto places =
      static_cast<std::uint32_t>(std::clamp(kWork / (n * d), kFewestPlaces, kMostPlaces));
  const Sobol sobol(space.size(), 0);
  std::vector<double> values;
  for (std::uint32_t i = 0; i < places; ++i) {
    const Point place = space.snap(sobol.point(i));
    double nearest = std::numeric_limits<double>::infinity();
    double value = 0;
    for (std::size_t k = 0; k < evidence.values.size(); ++k) {
      if (!std::isfinite(evidence.values[k])) continue;
      const double distance = squared_distance(space, place, *evidence.points[k].point);
      if (distance > nearest) continue;
      nearest = distance;
      value = evidence.values[k];
    }
    values.push_back(value);
  }
  std::ranges::sort(values);
  return values;
}

TransformOptions::Standard standard_of(const std::vector<double>& values) {
  TransformOptions::Standard standard;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) standard.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - standard.mean) * (value - standard.mean);
  standard.deviation = std::sqrt(squares / n);
  return standard;
}

// Tukey's outer fence. Where half of the space has one value there is none.
double outer_fence(const std::vector<double>& sorted) {
  const double low = sorted[sorted.size() / 4];
  const double high = sorted[sorted.size() * 3 / 4];
  return high > low ? high + 3 * (high - low) : std::numeric_limits<double>::infinity();
}

}  // namespace

std::unique_ptr<Surrogate> explanatory_model(const Space& space, Evidence evidence,
                                             std::uint64_t seed, BayesianOptions options) {
  if (std::ranges::none_of(evidence.values, [](double value) { return std::isfinite(value); }))
    return nullptr;
  std::vector<double> over_space = values_over_space(space, evidence);
  const double fence = outer_fence(over_space);
  for (double& value : over_space) value = std::min(value, fence);
  for (double& value : evidence.values)
    if (std::isfinite(value)) value = std::min(value, fence);
  options.transform.half_rank = false;
  options.transform.yeo_johnson = false;
  const auto standard = standard_of(over_space);
  if (standard.deviation > 0) options.transform.standard = standard;
  options.transform.most_bad = std::numeric_limits<double>::infinity();
  return SurrogateBuilder(seed, options, nullptr).build(evidence, 0);
}

}  // namespace tunesmith::tuning
