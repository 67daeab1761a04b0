// SPDX-License-Identifier: Apache-2.0
//
// Functional ANOVA (Hutter, Hoos and Leyton-Brown, 2014) of the posterior mean m over the cube:
//   f_0 = E m,  f_j(x_j) = E[m | x_j] - f_0,
//   f_jk(x_j, x_k) = E[m | x_j, x_k] - f_j - f_k - f_0,
// with shares Var f_j / Var m and Var f_jk / Var m. Expectations are Sobol averages on the same
// points for all, so that differences of them carry little error.
#include "tuning/explain/explain.h"
#include "tuning/explain/marginal.h"
#include "tuning/search/sobol.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

constexpr std::size_t kAveraged = 128;   // points of an average
constexpr std::size_t kVariance = 1024;  // points of the whole variance
constexpr std::size_t kAlone = 17;       // places along one parameter
constexpr std::size_t kPaired = 7;       // along each of two

double variance_of(const std::vector<double>& v) {
  double mean = 0;
  double square = 0;
  for (const double x : v) mean += x / static_cast<double>(v.size());
  for (const double x : v) square += (x - mean) * (x - mean) / static_cast<double>(v.size());
  return square;
}

double whole_variance(const Space& space, Ensemble& ensemble) {
  const Sobol sobol(space.size(), 1);
  std::vector<double> means;
  for (std::size_t i = 0; i < kVariance; ++i)
    means.push_back(ensemble.predict(space.snap(sobol.point(static_cast<std::uint32_t>(i)))).mean);
  return variance_of(means);
}

// Centres of equal intervals, whose even average stands for the integral.
Point cells_of(const Parameter& parameter, std::size_t resolution) {
  if (parameter.cells() <= static_cast<double>(resolution) ||
      parameter.kind == ParameterKind::kCategorical)
    return places_of(parameter, resolution);
  Point cells;
  for (std::size_t k = 0; k < resolution; ++k)
    cells.push_back(
        parameter.snap((static_cast<double>(k) + 0.5) / static_cast<double>(resolution)));
  return cells;
}

// The variance of m averaged over all but two parameters, less what each of them explains alone.
double joint_variance(Marginal& marginal, std::size_t j, std::size_t k, const Point& first,
                      const Point& second) {
  const std::size_t rows = first.size();
  const std::size_t columns = second.size();
  std::vector<double> table;
  std::vector<double> row_mean(rows, 0.0);
  std::vector<double> column_mean(columns, 0.0);
  double mean = 0;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const double m = marginal.predict({j, k}, {first[r], second[c]}).mean;
      table.push_back(m);
      row_mean[r] += m / static_cast<double>(columns);
      column_mean[c] += m / static_cast<double>(rows);
      mean += m / static_cast<double>(rows * columns);
    }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      table[r * columns + c] += mean - row_mean[r] - column_mean[c];
  return variance_of(table);
}

}  // namespace

std::vector<Importance> importance_of(const Space& space, Surrogate& surrogate) {
  Ensemble& ensemble = surrogate.ensemble;
  const std::size_t d = space.size();
  std::vector<Importance> all;
  Marginal marginal(space, ensemble, kAveraged);
  double explained = 0;
  for (std::size_t j = 0; j < d; ++j) {
    std::vector<double> means;
    for (const double at : cells_of(space[j], kAlone))
      means.push_back(marginal.predict({j}, {at}).mean);
    all.push_back({{j}, variance_of(means)});
  }
  if (d * (d - 1) / 2 <= kMostPairs) {
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = j + 1; k < d; ++k)
        all.push_back({{j, k},
                       joint_variance(marginal, j, k, cells_of(space[j], kPaired),
                                      cells_of(space[k], kPaired))});
  }
  for (const auto& one : all) explained += one.share;
  // Errors of the averages must not make the parts more than the whole.
  const double whole = std::max(whole_variance(space, ensemble), explained);
  for (auto& one : all) one.share = whole > 0 ? one.share / whole : 0;
  std::stable_sort(all.begin(), all.end(),
                   [](const Importance& a, const Importance& b) { return a.share > b.share; });
  return all;
}

}  // namespace tunesmith::tuning
