// SPDX-License-Identifier: Apache-2.0
#include "orchestration/engine_search.h"

#include "base/strings.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace tunesmith::orchestration {
namespace {

tuning::Scaling scaling_of(const std::string& text) {
  if (text == "Linear") return tuning::Scaling::kLinear;
  if (text == "Logarithmic") return tuning::Scaling::kLogarithmic;
  if (text == "ReverseLogarithmic") return tuning::Scaling::kReverseLogarithmic;
  return tuning::Scaling::kAuto;
}

Result<tuning::Space> space_of(const TrialDefinition& definition) {
  std::vector<tuning::Parameter> parameters;
  for (const auto& range : definition.ranges) {
    tuning::Parameter p;
    p.name = range.name;
    p.scaling = scaling_of(range.scaling);
    p.values = range.values;
    if (range.kind == ParameterKind::kCategorical) {
      p.kind = tuning::ParameterKind::kCategorical;
    } else {
      p.kind = range.kind == ParameterKind::kInteger ? tuning::ParameterKind::kInteger
                                                     : tuning::ParameterKind::kContinuous;
      const auto min = parse_double(range.min);
      const auto max = parse_double(range.max);
      if (!min || !max) {
        return Error(ErrorKind::kInvalid,
                     "range of " + range.name + " is not numeric: " + range.min + ", " + range.max);
      }
      p.min = *min;
      p.max = *max;
    }
    parameters.push_back(std::move(p));
  }
  return tuning::Space::create(std::move(parameters));
}

std::string print(const tuning::Value& value) {
  if (const auto* real = std::get_if<double>(&value)) return format_double(*real);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  return std::get<std::string>(value);
}

/// {"step", "mean", "deviation", "acquisition"}; what is absent or not finite is left out.
std::string print(const tuning::Explanation& explanation) {
  boost::json::object document{{"step", explanation.step}};
  const auto add = [&document](const char* name, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) document[name] = *value;
  };
  add("mean", explanation.mean);
  add("deviation", explanation.deviation);
  add("acquisition", explanation.acquisition);
  return boost::json::serialize(document);
}

Result<tuning::Value> parse(const tuning::Parameter& parameter, const std::string& text) {
  if (parameter.kind == tuning::ParameterKind::kCategorical) return tuning::Value(text);
  if (parameter.kind == tuning::ParameterKind::kInteger) {
    if (const auto whole = parse_int(text)) return tuning::Value(*whole);
  } else if (const auto real = parse_double(text)) {
    return tuning::Value(*real);
  }
  return Error(ErrorKind::kCorrupt,
               "stored value of " + parameter.name + " is not numeric: " + text);
}

Result<tuning::Configuration> parse(const tuning::Space& space, const store::NamedValues& values) {
  if (values.size() != space.size()) {
    return Error(ErrorKind::kCorrupt, "stored trial has another number of values than the space");
  }
  tuning::Configuration configuration;
  for (std::size_t i = 0; i < values.size(); ++i) {
    TUNESMITH_TRY(auto value, parse(space[i], values[i].second));
    configuration.push_back(std::move(value));
  }
  return configuration;
}

/// The searches of a job's definitions, a searcher each.
class EngineSearch final : public Search {
 public:
  explicit EngineSearch(std::vector<std::unique_ptr<tuning::Searcher>> searchers)
      : searchers_(std::move(searchers)) {}

  Result<Suggested> suggest(std::int64_t trial) override {
    for (std::size_t i = 0;; ++i) {
      const std::size_t definition = (next_ + i) % searchers_.size();
      tuning::Searcher& searcher = *searchers_[definition];
      auto suggested = searcher.suggest(static_cast<tuning::TrialId>(trial));
      if (!suggested) {
        const bool exhausted = suggested.error().kind == ErrorKind::kLimitExceeded;
        if (exhausted && i + 1 < searchers_.size()) continue;
        return suggested.error();
      }
      took_turn(trial, definition);
      Suggested out{static_cast<std::int64_t>(definition), {}, print(suggested->explanation)};
      for (std::size_t k = 0; k < suggested->configuration.size(); ++k) {
        out.values.emplace_back(searcher.space()[k].name, print(suggested->configuration[k]));
      }
      return out;
    }
  }

  Result<void> replay(std::int64_t trial, std::int64_t of,
                      const store::NamedValues& values) override {
    const auto definition = static_cast<std::size_t>(of);
    if (definition >= searchers_.size()) {
      return Error(ErrorKind::kCorrupt, "stored trial is of no definition of its tuning job");
    }
    tuning::Searcher& searcher = *searchers_[definition];
    TUNESMITH_TRY(const auto configuration, parse(searcher.space(), values));
    TUNESMITH_TRY_VOID(
        searcher.replay_suggested(static_cast<tuning::TrialId>(trial), configuration));
    took_turn(trial, definition);
    return {};
  }

  Result<void> tell(std::int64_t trial, TrialEnd end, std::optional<double> value) override {
    TUNESMITH_TRY(tuning::Searcher* const searcher, searcher_of(trial));
    const auto id = static_cast<tuning::TrialId>(trial);
    switch (end) {
      case TrialEnd::kValue:
        return searcher->observe(id, value.value_or(std::nan("")));
      case TrialEnd::kFailed:
        return searcher->fail(id);
      case TrialEnd::kStopped:
        return searcher->stop(id, value);
    }
    return {};
  }

  Result<bool> report(std::int64_t trial, std::int64_t resource, double value) override {
    TUNESMITH_TRY(tuning::Searcher* const searcher, searcher_of(trial));
    TUNESMITH_TRY(const auto decision,
                  searcher->report(static_cast<tuning::TrialId>(trial), resource, value));
    return decision == tuning::Decision::kContinue;
  }

  Result<void> replay_report(std::int64_t trial, std::int64_t resource, double value) override {
    TUNESMITH_TRY(tuning::Searcher* const searcher, searcher_of(trial));
    return searcher->replay_report(static_cast<tuning::TrialId>(trial), resource, value);
  }

  bool converged() const override {
    return std::all_of(searchers_.begin(), searchers_.end(), [](const auto& searcher) {
      const auto convergence = searcher->convergence();
      return convergence && convergence->converged;
    });
  }

 private:
  Result<tuning::Searcher*> searcher_of(std::int64_t trial) {
    const auto found = definition_of_.find(trial);
    if (found != definition_of_.end()) return searchers_[found->second].get();
    return Error(ErrorKind::kNotFound, "trial " + std::to_string(trial) + " was not suggested");
  }
  void took_turn(std::int64_t trial, std::size_t definition) {
    definition_of_[trial] = definition;
    next_ = definition + 1;
  }

  const std::vector<std::unique_ptr<tuning::Searcher>> searchers_;  // by definition
  std::map<std::int64_t, std::size_t> definition_of_;               // by trial
  std::size_t next_ = 0;                                            // whose turn it is
};

tuning::Strategy strategy_of(const std::string& text) {
  if (text == "Random") return tuning::Strategy::kRandom;
  if (text == "Grid") return tuning::Strategy::kGrid;
  if (text == "Hyperband") return tuning::Strategy::kHyperband;
  return tuning::Strategy::kBayesian;
}

/// Gives a definition's searcher its parents, one after the other.
Result<void> add_parents(tuning::Searcher& searcher, const TuningSpec& spec, std::size_t definition,
                         const std::vector<store::ParentTrial>& parents) {
  const auto kind = spec.warm_start == "TransferLearning"
                        ? tuning::WarmStart::kTransferLearning
                        : tuning::WarmStart::kIdenticalDataAndAlgorithm;
  std::map<std::int64_t, std::vector<tuning::FinishedTrial>> trials;
  for (const store::ParentTrial& parent : parents) {
    if (static_cast<std::size_t>(parent.definition) != definition) continue;
    auto configuration = parse(searcher.space(), parent.values);
    // One that is no configuration of this space tells this search nothing.
    if (!configuration) continue;
    trials[parent.parent].push_back({std::move(*configuration), parent.objective});
  }
  for (const auto& [parent, finished] : trials) {
    TUNESMITH_TRY([[maybe_unused]] const auto taken, searcher.add_parent(kind, finished));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Search>> make_engine_search(const TuningSpec& spec, std::uint64_t seed,
                                                   const std::vector<store::ParentTrial>& parents) {
  std::vector<std::unique_ptr<tuning::Searcher>> searchers;
  const auto definitions = static_cast<int>(spec.definitions.size());
  for (const TrialDefinition& definition : spec.definitions) {
    TUNESMITH_TRY(auto space, space_of(definition));
    tuning::SearchOptions options;
    // The odd constant is that of SplitMix64: far apart for neighbours.
    options.seed = seed + 0x9e3779b97f4a7c15U * searchers.size();
    options.direction =
        definition.maximize ? tuning::Direction::kMaximize : tuning::Direction::kMinimize;
    options.budget =
        spec.bounded ? (static_cast<int>(spec.max_trials) + definitions - 1) / definitions : 0;
    options.max_parallel = static_cast<int>(spec.max_parallel);
    options.strategy = strategy_of(spec.strategy);
    options.min_resource = spec.min_resource;
    options.max_resource = spec.max_resource;
    if (spec.early_stopping) options.early_stopping = tuning::EarlyStopping::kAuto;
    TUNESMITH_TRY(auto searcher, tuning::make_searcher(std::move(space), options));
    TUNESMITH_TRY_VOID(add_parents(*searcher, spec, searchers.size(), parents));
    searchers.push_back(std::move(searcher));
  }
  return std::unique_ptr<Search>(std::make_unique<EngineSearch>(std::move(searchers)));
}

Result<void> check_search(const TuningSpec& spec) {
  TUNESMITH_TRY_VOID(make_engine_search(spec, 0, {}));
  return {};
}

Result<std::unique_ptr<tuning::Searcher>> make_objective_model(
    const TrialDefinition& definition, std::uint64_t seed,
    const std::vector<store::TrainingJob>& trials) {
  TUNESMITH_TRY(auto space, space_of(definition));
  tuning::SearchOptions options;
  options.seed = seed;
  options.direction =
      definition.maximize ? tuning::Direction::kMaximize : tuning::Direction::kMinimize;
  std::vector<tuning::FinishedTrial> finished;
  for (const auto& trial : trials) {
    if (!store::is_terminal(trial.status)) continue;
    if (!trial.objective && trial.status != store::JobStatus::kFailed) continue;
    TUNESMITH_TRY(auto configuration, parse(space, trial.tuned));
    finished.push_back({std::move(configuration), trial.objective});
  }
  TUNESMITH_TRY(auto model, tuning::make_searcher(std::move(space), options));
  TUNESMITH_TRY_VOID(model->preload(finished));
  return model;
}

Result<training::ResolvedSpec> resolve_trial_spec(const store::TuningJob& tuning_job,
                                                  const store::TrainingJob& trial) {
  TUNESMITH_TRY(TuningSpec spec, parse_tuning_spec(tuning_job.spec));
  const auto definition = static_cast<std::size_t>(trial.definition);
  if (definition >= spec.definitions.size()) {
    return Error(ErrorKind::kCorrupt, "trial " + trial.name + " is of no definition of its job");
  }
  training::ResolvedSpec out{std::move(spec.definitions[definition].training),
                             std::min(spec.max_parallel, spec.max_trials)};
  // Each trial its own folder: none may go on from another's model.
  if (auto& uri = out.spec.checkpoint_s3_uri; !uri.empty()) {
    uri = training::uri_below(uri, trial.name);
  }
  for (const auto& [name, value] : trial.tuned) out.spec.hyperparameters[name] = value;
  return out;
}

}  // namespace tunesmith::orchestration
