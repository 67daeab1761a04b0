// SPDX-License-Identifier: Apache-2.0
#include "orchestration/engine_search.h"

#include "base/strings.h"
#include "tuning/searcher.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace tunesmith::orchestration {
namespace {

tuning::Scaling scaling_of(const std::string& text) {
  if (text == "Linear") return tuning::Scaling::kLinear;
  if (text == "Logarithmic") return tuning::Scaling::kLogarithmic;
  if (text == "ReverseLogarithmic") return tuning::Scaling::kReverseLogarithmic;
  return tuning::Scaling::kAuto;
}

Result<tuning::Space> space_of(const TuningSpec& spec) {
  std::vector<tuning::Parameter> parameters;
  for (const auto& range : spec.ranges) {
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

class EngineSearch final : public Search {
 public:
  explicit EngineSearch(std::unique_ptr<tuning::Searcher> searcher)
      : searcher_(std::move(searcher)) {}

  Result<Suggested> suggest(std::int64_t trial) override {
    TUNESMITH_TRY(const auto suggestion, searcher_->suggest(static_cast<tuning::TrialId>(trial)));
    Suggested out;
    for (std::size_t i = 0; i < suggestion.configuration.size(); ++i) {
      out.values.emplace_back(searcher_->space()[i].name, print(suggestion.configuration[i]));
    }
    out.explanation = print(suggestion.explanation);
    return out;
  }

  Result<void> replay(std::int64_t trial, const store::NamedValues& values) override {
    tuning::Configuration configuration;
    if (values.size() != searcher_->space().size()) {
      return Error(ErrorKind::kCorrupt, "stored trial has another number of values than the space");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      TUNESMITH_TRY(auto value, parse(searcher_->space()[i], values[i].second));
      configuration.push_back(std::move(value));
    }
    return searcher_->replay_suggested(static_cast<tuning::TrialId>(trial), configuration);
  }

  Result<void> tell(std::int64_t trial, TrialEnd end, double value) override {
    const auto id = static_cast<tuning::TrialId>(trial);
    switch (end) {
      case TrialEnd::kValue:
        return searcher_->observe(id, value);
      case TrialEnd::kFailed:
        return searcher_->fail(id);
      case TrialEnd::kUnknown:
        return searcher_->stop(id, std::nullopt);
    }
    return {};
  }

 private:
  std::unique_ptr<tuning::Searcher> searcher_;
};

}  // namespace

Result<std::unique_ptr<Search>> make_engine_search(const TuningSpec& spec, std::uint64_t seed) {
  TUNESMITH_TRY(auto space, space_of(spec));
  tuning::SearchOptions options;
  options.seed = seed;
  options.direction = spec.maximize ? tuning::Direction::kMaximize : tuning::Direction::kMinimize;
  options.budget = static_cast<int>(spec.max_trials);
  options.max_parallel = static_cast<int>(spec.max_parallel);
  options.strategy =
      spec.strategy == "Random" ? tuning::Strategy::kRandom : tuning::Strategy::kBayesian;
  TUNESMITH_TRY(auto searcher, tuning::make_searcher(std::move(space), options));
  return std::unique_ptr<Search>(std::make_unique<EngineSearch>(std::move(searcher)));
}

Result<training::ResolvedSpec> resolve_trial_spec(const store::TuningJob& tuning_job,
                                                  const store::TrainingJob& trial) {
  TUNESMITH_TRY(TuningSpec spec, parse_tuning_spec(tuning_job.spec));
  training::ResolvedSpec out{std::move(spec.training),
                             std::min(spec.max_parallel, spec.max_trials)};
  for (const auto& [name, value] : trial.tuned) out.spec.hyperparameters[name] = value;
  return out;
}

}  // namespace tunesmith::orchestration
