// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/bayesian.h"

#include "tuning/acquisition/acquisition_search.h"
#include "tuning/search/space_filling.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// Whether two points are the same but for a thousandth of each continuous range.
bool are_neighbours(const Point& a, const Point& b) {
  for (std::size_t j = 0; j < a.size(); ++j)
    if (std::abs(a[j] - b[j]) > 1e-3) return false;
  return true;
}

// About 40 million multiplications for the candidates, whatever the size of the model.
AcquisitionWork affordable_work(std::size_t size, std::size_t members, int starts) {
  AcquisitionWork work;
  const double cost = static_cast<double>(size * size * members);
  work.candidates = static_cast<std::size_t>(std::clamp(4e7 / cost, 96.0, 1024.0));
  work.exhaustive = static_cast<std::size_t>(std::clamp(2e8 / cost, 256.0, 4096.0));
  work.starts = static_cast<std::size_t>(starts);
  if (size > 150) work.starts = std::min<std::size_t>(work.starts, 4);
  if (size > 300) work.starts = std::min<std::size_t>(work.starts, 3);
  return work;
}

}  // namespace

BayesianProposer::BayesianProposer(const Space& space, const SearchOptions& search,
                                   const BayesianOptions& options)
    : space_(space),
      search_(search),
      options_(options),
      sobol_(space.size(), search.seed),
      builder_(search.seed, options) {}

std::size_t BayesianProposer::initial_size() const {
  if (options_.initial > 0) return static_cast<std::size_t>(options_.initial);
  std::size_t size = std::clamp<std::size_t>(space_.size() + 1, 4, 10);
  if (search_.budget > 0)
    size = std::min(size, std::max<std::size_t>(2, static_cast<std::size_t>(search_.budget) / 3));
  return size;
}

Proposal BayesianProposer::propose(const TrialLog& log) {
  const std::size_t initial = initial_size();
  const std::size_t known = log.observations().size();
  const std::size_t started = known + log.pending().size();
  if (started >= initial && log.successes() >= 2 &&
      2 * log.successes() >= std::min(initial, started)) {
    if (auto proposal = propose_by_model(log)) return *std::move(proposal);
  }
  Proposal proposal;
  proposal.explanation.step = "initial design";
  const std::uint64_t number = log.suggestions();
  if (number == 0 && options_.centre_first) {
    proposal.point = space_.snap(Point(space_.size(), 0.5));
    if (!log.seen(proposal.point)) return proposal;
  }
  proposal.point = unseen_sobol_point(space_, sobol_, number, log, search_.seed);
  return proposal;
}

Evidence BayesianProposer::evidence(const TrialLog& log) const {
  Evidence evidence;
  evidence.layout = layout_of(space_);
  for (auto& dimension : evidence.layout) {
    dimension.length_mean += options_.length_shift;
    dimension.length_sd = options_.length_sd;
  }
  for (const Observation& observation : log.observations()) {
    evidence.points.push_back({&observation.point, nullptr});
    evidence.values.push_back(observation.value);
  }
  return evidence;
}

std::unique_ptr<Surrogate> BayesianProposer::model(const TrialLog& log) {
  if (log.successes() < 2) return nullptr;
  return builder_.build(evidence(log), 0);
}

std::optional<Proposal> BayesianProposer::propose_by_model(const TrialLog& log) {
  const auto running = log.pending();
  const auto surrogate = builder_.build(evidence(log), running.size());
  if (surrogate == nullptr) return std::nullopt;
  Ensemble& ensemble = surrogate->ensemble;
  std::vector<ContextPoint> pending;
  for (const Point* point : running) pending.push_back({point, nullptr});
  ensemble.add_pending(pending);
  std::vector<AcquisitionModel> models;
  for (std::size_t m = 0; m < ensemble.size(); ++m)
    models.push_back({&ensemble[m], surrogate->incumbents[m]});

  // A trial that still runs says as much about its near neighbours as about itself.
  const auto seen = [&](const Point& p) {
    return log.seen(p) || std::any_of(running.begin(), running.end(), [&](const Point* other) {
             return are_neighbours(p, *other);
           });
  };
  std::vector<Point> anchors;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, surrogate->order.size()); ++i)
    anchors.push_back(*surrogate->points[surrogate->order[i]].point);
  const AcquisitionWork work =
      affordable_work(surrogate->points.size() + running.size(), ensemble.size(), options_.starts);
  Rng rng(search_.seed, log.suggestions());
  const AcquisitionResult found = AcquisitionSearch(space_, models, seen).run(work, anchors, rng);
  if (!found.found) return std::nullopt;

  Proposal proposal;
  proposal.point = found.point;
  const Prediction at = ensemble.predict(found.point);
  const double sd = std::sqrt(at.variance);
  const auto& transform = surrogate->transform;
  proposal.explanation.step = "expected improvement";
  proposal.explanation.mean = log.sign() * transform.inverse(at.mean);
  proposal.explanation.deviation =
      0.5 * std::abs(transform.inverse(at.mean + sd) - transform.inverse(at.mean - sd));
  proposal.explanation.acquisition = found.value;
  return proposal;
}

}  // namespace tunesmith::tuning
