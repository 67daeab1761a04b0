// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/bayesian.h"

#include "tuning/search/space_filling.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::tuning {
namespace {

// The probability from which on parents count as worth following.
constexpr double kProven = 0.9;
// Points of the design that are tried before parents may lead: one pair to compare.
constexpr std::size_t kWitnesses = 2;
// With more trials open than this, half of the ensemble does: what these add to every member costs
// more than the other half tells.
constexpr std::size_t kManyOpen = 32;
// Of so many trials of a search that has settled one explores.
constexpr std::uint64_t kExploringPeriod = 4;
// Random streams below belong to suggestions, by their numbers, and to fits.
constexpr std::uint64_t kProspectsStream = std::uint64_t{1} << 41;

// Whether two points are the same but for a small part of each continuous range.
bool are_neighbours(const Point& a, const Point& b, double part) {
  for (std::size_t j = 0; j < a.size(); ++j)
    if (std::abs(a[j] - b[j]) > part) return false;
  return true;
}

// About 12 million multiplications for the screening of candidates, 15 million for the ends of
// local searches, and 200 million for a space that is scored whole, whatever the size of the
// models.
AcquisitionWork affordable_work(Ensemble& ensemble, std::size_t dims, int starts) {
  const auto d = static_cast<double>(dims);
  const auto members = static_cast<double>(ensemble.size());
  double size = 0;
  double cost = 0;  // of a point for one member: its covariances, a triangular solve, its warp
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    const auto n = static_cast<double>(ensemble[m].size());
    size += n / members;
    cost += (n * n + 2 * n * d + 60 * d) / members;
  }
  AcquisitionWork work;
  const double making = 400 * d;  // of a candidate
  const double screening = making + cost * std::min(members, static_cast<double>(kScreens));
  work.candidates = static_cast<std::size_t>(std::clamp(1.2e7 / screening, 128.0, 1024.0));
  work.exhaustive = static_cast<std::size_t>(std::clamp(2e8 / (cost * members), 256.0, 4096.0));
  work.starts = static_cast<std::size_t>(starts);
  // A descent, and about a batch of moves for every parameter.
  const double round = (work.evaluations + static_cast<double>(kBatch) * d) * cost * members;
  work.finalists = static_cast<std::size_t>(std::max(1.5e7 / round, 2.0));
  if (work.finalists == 2) {
    work.starts = std::min<std::size_t>(work.starts, size > 150 ? 3 : 4);
    work.evaluations = 30;
  }
  if (size > 300) work.starts = std::min<std::size_t>(work.starts, 3);
  return work;
}

}  // namespace

BayesianProposer::BayesianProposer(const Space& space, const SearchOptions& search,
                                   const BayesianOptions& options,
                                   std::unique_ptr<EvidenceSource> source, Parents* parents)
    : space_(space),
      search_(search),
      options_(options),
      sobol_(space.size(), search.seed),
      source_(std::move(source)),
      parents_(parents),
      builder_(search.seed, options, parents) {}

std::size_t BayesianProposer::initial_size() const {
  if (options_.initial > 0) return static_cast<std::size_t>(options_.initial);
  std::size_t size = std::clamp<std::size_t>(space_.size() + 1, 4, 10);
  if (search_.budget > 0)
    size = std::min(size, std::max<std::size_t>(2, static_cast<std::size_t>(search_.budget) / 3));
  return size;
}

// Whether enough is known for a model.
bool BayesianProposer::is_informed(const TrialLog& log) const {
  const std::size_t initial = initial_size();
  const std::size_t started = log.observations().size() + log.pending().size();
  return started >= initial && log.successes() >= 2 &&
         2 * log.successes() >= std::min(initial, started);
}

// The k-th point of the initial design.
Proposal BayesianProposer::design_point(const TrialLog& log, std::uint64_t k) const {
  Proposal proposal;
  proposal.explanation.step = "initial design";
  if (k == 0 && options_.centre_first) {
    proposal.point = space_.snap(Point(space_.size(), 0.5));
    if (!log.seen(proposal.point)) return proposal;
  }
  proposal.point = unseen_sobol_point(space_, sobol_, k, log, search_.seed);
  return proposal;
}

Proposal BayesianProposer::propose(const TrialLog& log) {
  const std::uint64_t number = log.suggestions();
  if (!parents_->empty()) return propose_with_parents(log);
  if (is_informed(log)) {
    const Evidence evidence = source_->gather(log);
    if (auto surrogate = builder_.build(evidence, log.pending().size()))
      if (auto proposal = propose_by_model(log, *surrogate)) return *std::move(proposal);
  }
  return design_point(log, number);
}

BayesianProposer::Beginning BayesianProposer::beginning(const TrialLog& log) const {
  std::vector<Point> design;
  for (std::size_t k = 0; k < initial_size(); ++k)
    design.push_back(space_.snap(k == 0 && options_.centre_first
                                     ? Point(space_.size(), 0.5)
                                     : sobol_.point(static_cast<std::uint32_t>(k))));
  std::vector<bool> done(design.size(), false);
  Beginning beginning;
  // Values have been through text: their points are the same but for rounding.
  const auto count = [&](const Point& point, double value) {
    const auto at = std::find_if(design.begin(), design.end(), [&](const Point& other) {
      return are_neighbours(point, other, 1e-6);
    });
    if (at != design.end()) done[static_cast<std::size_t>(at - design.begin())] = true;
    Share& share = at != design.end() ? beginning.design : beginning.led;
    ++share.trials;
    share.best = std::fmin(share.best, value);
  };
  for (const Observation& observation : log.observations())
    count(observation.point, observation.value);
  for (const Point* point : log.pending()) count(*point, std::nan(""));
  while (beginning.next < design.size() &&
         (done[beginning.next] || log.seen(design[beginning.next])))
    ++beginning.next;
  beginning.complete = beginning.next == design.size();
  return beginning;
}

// There is no telling a good parent from a bad one by following it alone. So a search with parents
// begins with two points of the design that it would have without them, and goes on in turn with
// points that the parents suggest and with those of the design, with the latter alone while no
// parent orders the values seen, or while what they suggested is the worse. That ends when the
// design is complete, or when the parents have proved their worth.
Proposal BayesianProposer::propose_with_parents(const TrialLog& log) {
  const Evidence evidence = source_->gather(log);
  const auto surrogate = builder_.build(evidence, log.pending().size());
  if (surrogate == nullptr) return design_point(log, log.suggestions());
  const Beginning so_far = beginning(log);
  const auto agree = parents_->agreeing(log.observations());
  const bool some_agree = std::find(agree.begin(), agree.end(), true) != agree.end();
  const bool misled = std::isfinite(so_far.led.best) && so_far.led.best > so_far.design.best;
  if (!so_far.complete && surrogate->trust_in_parents < kProven &&
      (so_far.design.trials < kWitnesses || so_far.led.trials >= so_far.design.trials || misled ||
       !some_agree))
    return design_point(log, so_far.next);
  for (auto& favourite : parents_->best(agree, parents_->size()))
    if (so_far.led.trials < parents_->size() && !misled && !log.seen(favourite))
      return {std::move(favourite),
              {.step = "best of a parent", .mean = {}, .deviation = {}, .acquisition = {}}};
  auto proposal = propose_by_model(log, *surrogate);
  return proposal ? *std::move(proposal) : design_point(log, log.suggestions());
}

// The members of the ensemble, which learn of the points that run, and what is to be improved on:
// the surrogate's incumbents, or, without the trials of one point, the lowest mean at the others.
std::vector<AcquisitionModel> BayesianProposer::acquisition_models(
    Surrogate& surrogate, const std::vector<const Point*>& running, const Point* except) const {
  Ensemble& ensemble = surrogate.ensemble;
  std::size_t kept = 1;  // of so many members one
  if (running.size() > kManyOpen) {
    ensemble.halve();
    kept = 2;
  }
  ensemble.add_pending(running);
  std::vector<AcquisitionModel> models;
  for (std::size_t m = 0; m < ensemble.size(); ++m) {
    double best = surrogate.incumbents[kept * m];
    if (except != nullptr) {
      best = std::numeric_limits<double>::infinity();
      for (const Point* point : surrogate.points)
        if (point != except) best = std::min(best, ensemble[m].predict_mean(point->data()));
    }
    if (options_.improve_on_pending)
      for (const Point* point : running)
        best = std::min(best, ensemble[m].predict_mean(point->data()));
    models.push_back({&ensemble[m], best});
  }
  return models;
}

AcquisitionResult BayesianProposer::best_unseen(const TrialLog& log, Surrogate& surrogate,
                                                const std::vector<AcquisitionModel>& models,
                                                Rng& rng) const {
  // A trial that still runs says as much about its near neighbours as about itself.
  const auto running = log.pending();
  const auto seen = [&](const Point& p) {
    return log.seen(p) || std::any_of(running.begin(), running.end(), [&](const Point* other) {
             return are_neighbours(p, *other, 1e-3);
           });
  };
  std::vector<Point> anchors;
  for (std::size_t i = 0; i < std::min(kAnchors, surrogate.points.size()); ++i)
    anchors.push_back(*surrogate.points[i]);
  const AcquisitionWork work = affordable_work(surrogate.ensemble, space_.size(), options_.starts);
  return AcquisitionSearch(space_, models, seen).run(work, anchors, rng);
}

// Both improvements are measured on what the other trials have and are expected to have, so that a
// trial which is the best by far is not compared with itself.
std::optional<Prospects> BayesianProposer::prospects(const TrialLog& log, std::uint64_t trial,
                                                     std::int64_t resource) {
  const Evidence evidence = source_->gather(log);
  if (evidence.resource <= resource) return std::nullopt;
  const Point* own = &log.point(trial);
  std::vector<const Point*> others = log.pending();
  std::erase(others, own);
  const auto surrogate = builder_.build(evidence, others.size());
  if (surrogate == nullptr) return std::nullopt;
  const auto models = acquisition_models(*surrogate, others, own);
  Rng rng(search_.seed, kProspectsStream + log.milestones().size());
  const AcquisitionResult fresh = best_unseen(log, *surrogate, models, rng);
  if (!fresh.found) return std::nullopt;
  return Prospects{AcquisitionSearch(space_, models, {}).evaluate(*own, nullptr), fresh.value};
}

std::optional<Proposal> BayesianProposer::propose_by_model(const TrialLog& log,
                                                           Surrogate& surrogate) const {
  const auto models = acquisition_models(surrogate, log.pending(), nullptr);
  Ensemble& ensemble = surrogate.ensemble;
  Rng rng(search_.seed, log.suggestions());
  const AcquisitionResult found = best_unseen(log, surrogate, models, rng);
  if (!found.found) return std::nullopt;

  Proposal proposal;
  proposal.point = found.point;
  proposal.explanation.step = "expected improvement";
  // By what the model knows the search is over. It may not know the best part of the space: of
  // so many trials one looks where none has been.
  if (found.value < options_.settled && log.suggestions() % kExploringPeriod == 0) {
    if (Point remote = remote_point(space_, log, rng); !remote.empty()) {
      proposal.point = std::move(remote);
      proposal.explanation.step = "exploration";
    }
  }
  const Prediction at = ensemble.predict(proposal.point);
  const double sd = std::sqrt(at.variance + ensemble.noise());  // of what a trial there shows
  const auto& transform = surrogate.transform;
  if (log.successes() >= 2) {
    proposal.explanation.mean = log.sign() * transform.inverse(at.mean);
    proposal.explanation.deviation =
        0.5 * std::abs(transform.inverse(at.mean + sd) - transform.inverse(at.mean - sd));
  }
  proposal.explanation.acquisition = found.value;
  return proposal;
}

}  // namespace tunesmith::tuning
