// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"
#include "tuning/explain/explain.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// A model that has just been surprised, or is about to be, says so at one of these.
constexpr std::size_t kReadings = 3;

// Earlier the model knows too little of what it does not know.
std::size_t least_trials(const Space& space) {
  return std::max<std::size_t>(15, 3 * (space.size() + 1));
}

// What the surrogate of so many trials says.
Convergence reading_of(const Space& space, Surrogate& surrogate,
                       const std::function<bool(const Point&)>& seen, std::size_t observed) {
  Ensemble& ensemble = surrogate.ensemble;
  std::vector<AcquisitionModel> models;
  double incumbent = 0;
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    models.push_back({&ensemble[m], surrogate.incumbents[m]});
    incumbent += surrogate.incumbents[m] / static_cast<double>(ensemble.size());
  }
  std::vector<Point> anchors;
  for (std::size_t i = 0; i < std::min(kAnchors, surrogate.points.size()); ++i)
    anchors.push_back(*surrogate.points[i]);
  AcquisitionWork work;
  work.candidates = 256;
  work.starts = 3;
  Rng rng(0x636f6e76, observed);
  const AcquisitionResult found = AcquisitionSearch(space, models, seen).run(work, anchors, rng);

  Convergence convergence;
  const auto& transform = surrogate.transform;
  // A finite space that is used up has nothing left to offer.
  if (found.found)
    convergence.expected_improvement = std::abs(
        transform.inverse(incumbent) - transform.inverse(incumbent - portable::exp(found.value)));
  const double best = surrogate.targets.front();
  const double median = surrogate.targets[surrogate.targets.size() / 2];
  convergence.threshold = 0.01 * std::abs(transform.inverse(median) - transform.inverse(best));
  convergence.converged =
      observed >= least_trials(space) && convergence.expected_improvement < convergence.threshold;
  return convergence;
}

}  // namespace

std::optional<Convergence> convergence_of(const Space& space, Evidence evidence,
                                          SurrogateBuilder& builder,
                                          const std::function<bool(const Point&)>& seen,
                                          std::size_t observed) {
  std::optional<Convergence> latest;
  std::vector<const Point*> dropped;
  const auto seen_then = [&](const Point& point) {
    return seen(point) &&
           std::ranges::none_of(dropped, [&](const Point* at) { return *at == point; });
  };
  for (std::size_t back = 0; back < kReadings && back < observed; ++back) {
    const auto surrogate = builder.build(evidence, 0);
    const Convergence reading =
        surrogate ? reading_of(space, *surrogate, seen_then, observed - back) : Convergence{};
    if (!latest && surrogate) latest = reading;
    if (latest) latest->converged = reading.converged;
    if (!reading.converged) break;
    dropped.push_back(evidence.points.back().point);
    evidence.points.pop_back();
    evidence.values.pop_back();
  }
  return latest;
}

}  // namespace tunesmith::tuning
