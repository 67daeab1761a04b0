// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"
#include "tuning/explain/explain.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// Earlier the model knows too little of what it does not know.
std::size_t least_trials(const Space& space) {
  return std::max<std::size_t>(15, 3 * (space.size() + 1));
}

}  // namespace

Convergence convergence_of(const Space& space, Surrogate& surrogate,
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

}  // namespace tunesmith::tuning
