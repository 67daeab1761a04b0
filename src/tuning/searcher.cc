// SPDX-License-Identifier: Apache-2.0
#include "tuning/searcher.h"

#include "tuning/search/bayesian.h"
#include "tuning/search/space_filling.h"

#include <fmt/core.h>

#include <cmath>

namespace tunesmith::tuning {
namespace {

class LogSearcher final : public Searcher {
 public:
  LogSearcher(Space space, const SearchOptions& options, const BayesianOptions& bayesian)
      : space_(std::move(space)), log_(options.direction) {
    switch (options.strategy) {
      case Strategy::kRandom:
        proposer_ = std::make_unique<RandomProposer>(space_, options.seed);
        break;
      case Strategy::kGrid:
        proposer_ = std::make_unique<GridProposer>(space_);
        break;
      case Strategy::kBayesian:
        proposer_ = std::make_unique<BayesianProposer>(space_, options, bayesian);
        break;
    }
  }

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

  Result<void> observe(TrialId id, double value) override { return log_.end(id, value); }
  Result<void> fail(TrialId id) override { return log_.end(id, std::nan("")); }
  Result<void> stop(TrialId id, std::optional<double> value) override {
    return log_.end(id, value);
  }
  Result<void> remove(TrialId id) override { return log_.remove(id); }

  Result<Decision> report(TrialId id, std::int64_t resource, double value) override {
    TUNESMITH_TRY_VOID(log_.check_pending(id));
    if (resource < 1)
      return Error(ErrorKind::kInvalid, fmt::format("resource {} is below 1", resource));
    static_cast<void>(value);  // none of the strategies so far stops a trial
    return Decision::kContinue;
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

  const Space& space() const override { return space_; }

 private:
  Space space_;
  TrialLog log_;
  std::unique_ptr<Proposer> proposer_;
};

}  // namespace

Result<std::unique_ptr<Searcher>> make_searcher(Space space, const SearchOptions& options,
                                                const BayesianOptions* bayesian) {
  if (options.strategy == Strategy::kGrid && !std::isfinite(space.cardinality()))
    return Error(ErrorKind::kInvalid,
                 "a grid search takes categorical and integer parameters only");
  if (options.budget < 0 || options.max_parallel < 1)
    return Error(ErrorKind::kInvalid, "budget must not be negative, nor max_parallel below 1");
  return std::unique_ptr<Searcher>(std::make_unique<LogSearcher>(
      std::move(space), options, bayesian != nullptr ? *bayesian : BayesianOptions{}));
}

}  // namespace tunesmith::tuning
