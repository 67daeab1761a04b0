// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/evidence.h"

#include "base/elementary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tunesmith::tuning {
namespace {

// What is predicted is the objective at the highest rung that so many trials have reached.
std::size_t rung_population(std::size_t dims) { return std::max<std::size_t>(3, dims / 2); }

// What is known of the way from one rung to the next.
struct Steps {
  std::vector<double> from, to;
};

struct Line {
  double from = 0, slope = 1, to = 0;
  double operator()(double value) const { return to + slope * (value - from); }
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double median_distance(std::vector<double> values, double centre) {
  for (double& value : values) value = std::abs(value - centre);
  return median(std::move(values));
}

// Takes the median to the median and, as far as trials have shown it, the spread to the spread.
// Those that got to the next rung were chosen, so a few of them say little about the spread: a
// slope of 1 counts as much as kSlopePrior trials. What spreads more than e^kWidest times as much
// is as good as noise, and would make infinities of large values.
Line line_of(const Steps& steps) {
  constexpr double kSlopePrior = 20;
  constexpr double kWidest = 10;
  Line line;
  if (steps.from.empty()) return line;
  line.from = median(steps.from);
  line.to = median(steps.to);
  const double before = median_distance(steps.from, line.from);
  const double after = median_distance(steps.to, line.to);
  if (before > 0 && after > 0) {
    const auto n = static_cast<double>(steps.from.size());
    const double ratio = portable::log(after) - portable::log(before);
    line.slope = portable::exp(std::clamp(ratio, -kWidest, kWidest) * n / (n + kSlopePrior));
  }
  return line;
}

}  // namespace

void Evidence::add(const Point& point, const Context* at, double value) {
  points.push_back({&point, at});
  values.push_back(value);
}

Evidence FinalValues::gather(const TrialLog& log) {
  Evidence evidence;
  evidence.layout = layout_;
  for (const Observation& observation : log.observations())
    evidence.add(observation.point, nullptr, observation.value);
  return evidence;
}

RungValues::RungValues(Layout layout, std::vector<std::int64_t> rungs)
    : layout_(std::move(layout)), rungs_(std::move(rungs)) {
  // Learning curves are alike from one rung to the next: a prior length of the whole range.
  layout_.push_back({false, 0, 0, 1});
}

const Context* RungValues::context_of(std::int64_t resource) {
  const auto found = contexts_.find(resource);
  if (found != contexts_.end()) return &found->second;
  const double range =
      portable::log(static_cast<double>(rungs_.back()) / static_cast<double>(rungs_.front()));
  const double at =
      portable::log(static_cast<double>(resource) / static_cast<double>(rungs_.front()));
  const double unit = range > 0 ? std::clamp(at / range, 0.0, 1.0) : 1.0;
  return &contexts_.emplace(resource, Context{unit}).first->second;
}

Evidence RungValues::gather(const TrialLog& log) {
  // The rung that each milestone belongs to: the highest that it reached.
  const auto rung_of = [&](std::int64_t resource) {
    return static_cast<std::size_t>(std::upper_bound(rungs_.begin() + 1, rungs_.end(), resource) -
                                    rungs_.begin() - 1);
  };
  // steps[k]: the values at rungs k and k + 1 of each trial that reported at both.
  std::vector<Steps> steps(rungs_.size());
  std::vector<std::size_t> population(rungs_.size(), 0);
  std::map<std::uint64_t, std::map<std::size_t, double>> curves;
  for (const Milestone& milestone : log.milestones()) {
    const std::size_t rung = rung_of(milestone.resource);
    ++population[rung];
    auto& curve = curves[milestone.trial];
    curve[rung] = milestone.value;
    if (rung > 0 && curve.contains(rung - 1) && std::isfinite(milestone.value) &&
        std::isfinite(curve[rung - 1])) {
      steps[rung - 1].from.push_back(curve[rung - 1]);
      steps[rung - 1].to.push_back(milestone.value);
    }
  }
  std::vector<Line> lines;
  for (const Steps& step : steps) lines.push_back(line_of(step));

  Evidence evidence;
  evidence.layout = layout_;
  std::size_t target = 0;
  for (std::size_t rung = 0; rung < rungs_.size(); ++rung)
    if (population[rung] >= rung_population(layout_.size() - 1)) target = rung;
  evidence.resource = rungs_[target];
  evidence.context = *context_of(evidence.resource);
  for (const Milestone& milestone : log.milestones()) {
    double value = milestone.value;
    for (std::size_t rung = rung_of(milestone.resource); rung + 1 < rungs_.size(); ++rung)
      value = lines[rung](value);
    evidence.add(*milestone.point, context_of(milestone.resource), value);
  }
  // A failure says the same at every resource, and a value of unknown resource counts as whole.
  for (const Observation& observation : log.observations())
    if (observation.resource == 0 || std::isnan(observation.value))
      evidence.add(observation.point, context_of(rungs_.back()), observation.value);
  return evidence;
}

}  // namespace tunesmith::tuning
