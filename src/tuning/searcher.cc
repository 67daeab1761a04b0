// SPDX-License-Identifier: Apache-2.0
#include "tuning/searcher.h"

#include "tuning/explain/explain.h"
#include "tuning/explain/explanatory_model.h"
#include "tuning/search/bayesian.h"
#include "tuning/search/space_filling.h"
#include "tuning/stopping/median_rule.h"
#include "tuning/stopping/successive_halving.h"

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <set>

namespace tunesmith::tuning {
namespace {

constexpr std::int64_t kLargestResource = 20'000;
constexpr std::size_t kFinestResponse = 64;
// A trial is worth finishing while it promises three quarters of what a new one does: log(3/4).
// What it has cost already is small beside what it takes to know a new one as well.
constexpr double kPatience = -0.2876820724517809;

std::unique_ptr<Proposer> make_proposer(const Space& space, const SearchOptions& options,
                                        const BayesianOptions& bayesian,
                                        const std::vector<std::int64_t>& rungs, Parents* parents) {
  switch (options.strategy) {
    case Strategy::kRandom:
      return std::make_unique<RandomProposer>(space, options.seed);
    case Strategy::kGrid:
      return std::make_unique<GridProposer>(space);
    case Strategy::kBayesian:
    case Strategy::kHyperband:
      break;
  }
  Layout layout = layout_of(space, bayesian.warp_sd);
  for (auto& dimension : layout) {
    dimension.length_mean += bayesian.length_shift;
    dimension.length_sd = bayesian.length_sd;
  }
  std::unique_ptr<EvidenceSource> source;
  if (rungs.empty()) {
    source = std::make_unique<FinalValues>(std::move(layout));
  } else {
    source = std::make_unique<RungValues>(std::move(layout), rungs);
  }
  return std::make_unique<BayesianProposer>(space, options, bayesian, std::move(source), parents);
}

std::vector<std::int64_t> rungs_of(const SearchOptions& options) {
  if (options.strategy != Strategy::kHyperband) return {};
  return SuccessiveHalving::rungs_of(options.min_resource, options.max_resource);
}

std::unique_ptr<Stopper> make_stopper(const SearchOptions& options,
                                      SuccessiveHalving::Judge judge) {
  if (options.strategy == Strategy::kHyperband)
    return std::make_unique<SuccessiveHalving>(options.min_resource, options.max_resource,
                                               std::move(judge));
  if (options.early_stopping == EarlyStopping::kAuto) return std::make_unique<MedianRule>();
  return std::make_unique<NoStopper>();
}

class LogSearcher final : public Searcher {
 public:
  LogSearcher(Space space, const SearchOptions& options, const BayesianOptions& bayesian)
      : space_(std::move(space)),
        seed_(options.seed),
        bayesian_(bayesian),
        log_(options.direction, rungs_of(options)),
        parents_(layout_of(space_), options.seed),
        proposer_(make_proposer(space_, options, bayesian, rungs_of(options), &parents_)),
        stopper_(make_stopper(options,
                              [this](std::uint64_t trial, std::int64_t resource) {
                                return is_worth_finishing(trial, resource);
                              })),
        takes_parents_(options.strategy == Strategy::kBayesian ||
                       options.strategy == Strategy::kRandom) {}

  Result<Suggestion> suggest(TrialId id) override {
    if (log_.known(id))
      return Error(ErrorKind::kAlreadyExists, fmt::format("trial {} exists already", id));
    if (static_cast<double>(log_.distinct()) >= space_.cardinality())
      return Error(ErrorKind::kLimitExceeded,
                   fmt::format("all {:.0f} configurations of the space have been suggested",
                               space_.cardinality()));
    Proposal proposal = proposer_->propose(log_);
    Suggestion suggestion{space_.decode(proposal.point), std::move(proposal.explanation)};
    // What is logged is what a replay would log: the point of the decoded configuration.
    TUNESMITH_TRY_VOID(replay_suggested(id, suggestion.configuration));
    return suggestion;
  }

  Result<void> replay_suggested(TrialId id, const Configuration& configuration) override {
    TUNESMITH_TRY(Point point, space_.encode(configuration));
    return log_.add_pending(id, std::move(point));
  }

  Result<void> observe(TrialId id, double value) override { return end(id, value, true); }
  Result<void> fail(TrialId id) override { return end(id, std::nan(""), false); }
  Result<void> stop(TrialId id, std::optional<double> value) override {
    return end(id, value, false);
  }
  Result<void> remove(TrialId id) override {
    TUNESMITH_TRY_VOID(log_.remove(id));
    forget(id, false);
    return {};
  }

  Result<Decision> report(TrialId id, std::int64_t resource, double value) override {
    return take_report(id, resource, value, &Stopper::report);
  }
  Result<void> replay_report(TrialId id, std::int64_t resource, double value) override {
    TUNESMITH_TRY_VOID(take_report(id, resource, value, &Stopper::replay));
    return {};
  }

  Result<void> preload(const std::vector<FinishedTrial>& trials) override {
    std::vector<Point> points;
    points.reserve(trials.size());
    for (const auto& trial : trials) {
      TUNESMITH_TRY(Point point, space_.encode(trial.configuration));
      points.push_back(std::move(point));
    }
    for (std::size_t i = 0; i < trials.size(); ++i)
      log_.preload(std::move(points[i]), trials[i].value);
    return {};
  }

  Result<std::size_t> add_parent(WarmStart kind,
                                 const std::vector<FinishedTrial>& trials) override {
    if (!takes_parents_)
      return Error(ErrorKind::kInvalid, "only Bayesian and random searches take parents");
    if (parents_taken_ == kMaxParents)
      return Error(ErrorKind::kLimitExceeded,
                   fmt::format("a search takes at most {} parents", kMaxParents));
    if (log_.suggestions() > 0)
      return Error(ErrorKind::kConflict, "parents must be given before the first suggestion");
    ++parents_taken_;
    std::vector<Point> points;
    std::vector<double> values;
    for (const auto& trial : trials) {
      auto point = space_.encode(trial.configuration);
      if (!point) continue;
      points.push_back(*std::move(point));
      values.push_back(log_.sign() * trial.value.value_or(std::nan("")));
    }
    const bool counts = parents_.add(kind, points, values);
    // A failure is one however little the values tell.
    for (std::size_t i = 0; kind == WarmStart::kIdenticalDataAndAlgorithm && i < points.size(); ++i)
      if (counts || !std::isfinite(values[i])) log_.exclude(points[i]);
    return points.size();
  }

  std::optional<Convergence> convergence() const override {
    if (log_.successes() < 2) return std::nullopt;
    auto evidence = proposer_->evidence(log_);
    if (!evidence) return std::nullopt;
    SurrogateBuilder builder(seed_, bayesian_, &parents_);
    return convergence_of(
        space_, *std::move(evidence), builder, [this](const Point& p) { return log_.seen(p); },
        log_.observations().size());
  }

  Result<std::vector<Importance>> importance() const override {
    TUNESMITH_TRY(Surrogate* const model, explainable());
    return importance_of(space_, *model);
  }

  Result<std::vector<ResponsePoint>> response(const std::vector<std::size_t>& parameters,
                                              std::size_t resolution,
                                              Others others) const override {
    if (parameters.empty() || parameters.size() > 2 ||
        std::set<std::size_t>(parameters.begin(), parameters.end()).size() != parameters.size())
      return Error(ErrorKind::kInvalid, "response: must name one parameter, or two different ones");
    for (const std::size_t j : parameters)
      if (j >= space_.size())
        return Error(ErrorKind::kInvalid, fmt::format("the space has no parameter {}", j));
    if (resolution < 2 || resolution > kFinestResponse)
      return Error(ErrorKind::kInvalid,
                   fmt::format("resolution {} is not in [2, {}]", resolution, kFinestResponse));
    TUNESMITH_TRY(Surrogate* const model, explainable());
    return response_of(space_, *model, parameters, resolution, log_.sign(),
                       others == Others::kAtBest ? log_.best() : nullptr);
  }

  const Space& space() const override { return space_; }

 private:
  Result<void> end(TrialId id, std::optional<double> value, bool completed) {
    TUNESMITH_TRY_VOID(log_.end(id, value));
    forget(id, completed);
    return {};
  }

  Result<Decision> take_report(TrialId id, std::int64_t resource, double value,
                               Decision (Stopper::*take)(std::uint64_t, const Report&)) {
    const double turned =
        std::isfinite(value) ? log_.sign() * value : std::numeric_limits<double>::infinity();
    TUNESMITH_TRY(const bool is_new, log_.report(id, resource, turned));
    if (is_new && !stopped_.contains(id) &&
        (*stopper_.*take)(log_.number(id), {resource, turned}) == Decision::kStop)
      stopped_.insert(id);
    return stopped_.contains(id) ? Decision::kStop : Decision::kContinue;
  }

  void forget(TrialId id, bool completed) {
    stopper_->end(log_.number(id), completed && !stopped_.contains(id));
    stopped_.erase(id);
  }

  /// Made anew when there is something new to explain.
  Result<Surrogate*> explainable() const {
    const std::pair now(log_.observations().size(), log_.milestones().size());
    if (explained_ != now) {
      explanatory_.reset();
      if (log_.successes() >= 2)
        if (auto evidence = proposer_->evidence(log_))
          explanatory_ = explanatory_model(space_, *std::move(evidence), seed_, bayesian_);
      explained_ = now;
    }
    if (explanatory_ == nullptr)
      return Error(ErrorKind::kConflict,
                   "there is no model: too few trials have ended with different values");
    return explanatory_.get();
  }

  std::optional<bool> is_worth_finishing(std::uint64_t trial, std::int64_t resource) {
    const auto prospects = proposer_->prospects(log_, trial, resource);
    if (!prospects) return std::nullopt;
    return prospects->trial >= prospects->fresh + kPatience;
  }

  Space space_;
  std::uint64_t seed_;
  BayesianOptions bayesian_;
  TrialLog log_;
  mutable Parents parents_;  ///< joins of their trials with others are made in it
  std::unique_ptr<Proposer> proposer_;
  std::unique_ptr<Stopper> stopper_;
  std::set<TrialId> stopped_;  ///< running trials that were told to stop
  bool takes_parents_;
  std::size_t parents_taken_ = 0;
  mutable std::unique_ptr<Surrogate> explanatory_;
  mutable std::pair<std::size_t, std::size_t> explained_;  ///< observations and milestones in it
};

Result<void> check_grid(const Space& space) {
  for (const Parameter& parameter : space.parameters())
    if (!parameter.is_discrete())
      return Error(
          ErrorKind::kInvalid,
          fmt::format("a grid search takes categorical and integer parameters only, not '{}'",
                      parameter.name));
  if (!std::isfinite(space.cardinality()))
    return Error(ErrorKind::kInvalid, "the grid has too many configurations");
  return {};
}

Result<void> check_hyperband(const SearchOptions& options) {
  if (options.early_stopping != EarlyStopping::kOff)
    return Error(ErrorKind::kInvalid, "Hyperband stops trials itself: early stopping must be off");
  if (options.min_resource < 1 || options.min_resource > options.max_resource ||
      options.max_resource > kLargestResource)
    return Error(ErrorKind::kInvalid,
                 fmt::format("Hyperband needs 1 <= min <= max <= {}, not {} and {}",
                             kLargestResource, options.min_resource, options.max_resource));
  return {};
}

}  // namespace

Result<std::unique_ptr<Searcher>> make_searcher(Space space, const SearchOptions& options,
                                                const BayesianOptions* bayesian) {
  if (options.strategy == Strategy::kGrid) TUNESMITH_TRY_VOID(check_grid(space));
  if (options.strategy == Strategy::kHyperband) TUNESMITH_TRY_VOID(check_hyperband(options));
  if (options.budget < 0 || options.max_parallel < 1)
    return Error(ErrorKind::kInvalid, "budget must not be negative, nor max_parallel below 1");
  return std::unique_ptr<Searcher>(std::make_unique<LogSearcher>(
      std::move(space), options, bayesian != nullptr ? *bayesian : BayesianOptions{}));
}

}  // namespace tunesmith::tuning
