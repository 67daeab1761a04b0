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
  // gains[k]: what each trial that reached rung k + 1 gained since rung k.
  std::vector<std::vector<double>> gains(rungs_.size());
  std::vector<std::size_t> population(rungs_.size(), 0);
  std::map<std::uint64_t, std::map<std::size_t, double>> curves;
  for (const Milestone& milestone : log.milestones()) {
    const std::size_t rung = rung_of(milestone.resource);
    ++population[rung];
    auto& curve = curves[milestone.trial];
    curve[rung] = milestone.value;
    if (rung > 0 && curve.contains(rung - 1) && std::isfinite(milestone.value) &&
        std::isfinite(curve[rung - 1]))
      gains[rung - 1].push_back(curve[rung - 1] - milestone.value);
  }
  // Added up from the top, the medians say how far each rung is from the last.
  std::vector<double> ahead(rungs_.size(), 0.0);
  for (std::size_t rung = rungs_.size() - 1; rung-- > 0;) {
    auto& gain = gains[rung];
    if (!gain.empty()) {
      const auto middle = gain.begin() + static_cast<std::ptrdiff_t>(gain.size() / 2);
      std::nth_element(gain.begin(), middle, gain.end());
      ahead[rung] = *middle;
    }
    ahead[rung] += ahead[rung + 1];
  }

  Evidence evidence;
  evidence.layout = layout_;
  std::size_t target = 0;
  for (std::size_t rung = 0; rung < rungs_.size(); ++rung)
    if (population[rung] >= rung_population(layout_.size() - 1)) target = rung;
  evidence.resource = rungs_[target];
  evidence.context = *context_of(evidence.resource);
  for (const Milestone& milestone : log.milestones())
    evidence.add(*milestone.point, context_of(milestone.resource),
                 milestone.value - ahead[rung_of(milestone.resource)]);
  // A failure says the same at every resource, and a value of unknown resource counts as whole.
  for (const Observation& observation : log.observations())
    if (observation.resource == 0 || std::isnan(observation.value))
      evidence.add(observation.point, context_of(rungs_.back()), observation.value);
  return evidence;
}

}  // namespace tunesmith::tuning
