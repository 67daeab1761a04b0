// SPDX-License-Identifier: Apache-2.0
//
// Functional ANOVA (Hutter, Hoos and Leyton-Brown, 2014) of the posterior mean m over the cube:
//   f_0 = E m,  f_j(x_j) = E[m | x_j] - f_0,
//   f_jk(x_j, x_k) = E[m | x_j, x_k] - f_j - f_k - f_0,
// with shares Var f_j / Var m and Var f_jk / Var m. One Sobol sample serves all of them: its points
// are sorted into groups by the cell that x_j (or the pair) lies in, and the variance of a
// conditional expectation is the variance between groups, less what the variance within them adds
// to it by chance (the estimator of one-way analysis of variance).
#include "tuning/explain/explain.h"
#include "tuning/search/sobol.h"

#include <algorithm>

namespace tunesmith::tuning {
namespace {

constexpr std::size_t kSample = 4096;
constexpr std::size_t kAlone = 16;  // cells along one parameter
constexpr std::size_t kPaired = 8;  // along each of two

// The index of the cell that a coordinate lies in, of at most `most` cells.
class Cells {
 public:
  Cells(const Parameter& parameter, std::size_t most) : parameter_(parameter) {
    const double cells = parameter.cells();
    own_ = parameter.kind == ParameterKind::kCategorical || cells <= static_cast<double>(most);
    count_ = own_ ? static_cast<std::size_t>(cells) : most;
  }
  std::size_t count() const { return count_; }
  std::size_t of(double unit) const {
    const double index = own_ ? parameter_.cell_index(unit) : unit * static_cast<double>(count_);
    return std::min(static_cast<std::size_t>(index), count_ - 1);
  }

 private:
  const Parameter& parameter_;
  bool own_ = false;
  std::size_t count_ = 0;
};

double mean_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

double variance_of(const std::vector<double>& v) {
  const double mean = mean_of(v);
  double sum = 0;
  for (const double x : v) sum += (x - mean) * (x - mean);
  return sum / static_cast<double>(v.size());
}

// The variance of E[value | group]; group[i] < groups.
double variance_between(const std::vector<double>& values, const std::vector<std::size_t>& group,
                        std::size_t groups) {
  std::vector<double> sum(groups, 0.0);
  std::vector<double> count(groups, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum[group[i]] += values[i];
    count[group[i]] += 1;
  }
  const double mean = mean_of(values);
  double between = 0;
  double used = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    if (count[g] == 0) continue;
    const double distance = sum[g] / count[g] - mean;
    between += count[g] * distance * distance;
    used += 1;
  }
  const auto n = static_cast<double>(values.size());
  if (n <= used) return 0;
  const double within = (n * variance_of(values) - between) / (n - used);
  return std::max((between - (used - 1) * within) / n, 0.0);
}

}  // namespace

std::vector<Importance> importance_of(const Space& space, Surrogate& surrogate) {
  const std::size_t d = space.size();
  const Sobol sobol(d, 0);
  std::vector<Point> sample;
  for (std::size_t i = 0; i < kSample; ++i)
    sample.push_back(space.snap(sobol.point(static_cast<std::uint32_t>(i))));
  const std::vector<double> means = surrogate.ensemble.predict_means(sample);

  std::vector<std::size_t> group(kSample);
  std::vector<Importance> all;
  std::vector<double> alone;
  for (std::size_t j = 0; j < d; ++j) {
    const Cells cells(space[j], kAlone);
    for (std::size_t i = 0; i < kSample; ++i) group[i] = cells.of(sample[i][j]);
    alone.push_back(variance_between(means, group, cells.count()));
    all.push_back({{j}, alone[j]});
  }
  for (std::size_t j = 0; j < d && d * (d - 1) / 2 <= kMostPairs; ++j)
    for (std::size_t k = j + 1; k < d; ++k) {
      const Cells rows(space[j], kPaired);
      const Cells columns(space[k], kPaired);
      for (std::size_t i = 0; i < kSample; ++i)
        group[i] = rows.of(sample[i][j]) * columns.count() + columns.of(sample[i][k]);
      const double both = variance_between(means, group, rows.count() * columns.count());
      all.push_back({{j, k}, std::max(both - alone[j] - alone[k], 0.0)});
    }

  // Errors of the estimates must not make the parts more than the whole.
  double explained = 0;
  for (const auto& one : all) explained += one.share;
  const double whole = std::max(variance_of(means), explained);
  for (auto& one : all) one.share = whole > 0 ? one.share / whole : 0;
  std::stable_sort(all.begin(), all.end(),
                   [](const Importance& a, const Importance& b) { return a.share > b.share; });
  return all;
}

}  // namespace tunesmith::tuning
