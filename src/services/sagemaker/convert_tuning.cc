// SPDX-License-Identifier: Apache-2.0
#include "algorithms/null/null_algorithm.h"
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "base/strings.h"
#include "orchestration/engine_search.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/parameter_ranges.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace tunesmith::services::sagemaker {
namespace {

namespace null_algorithm = algorithms::null_algorithm;
namespace xgboost = algorithms::xgboost;
using orchestration::ParameterKind;

constexpr std::int64_t kMostResource = 20'000;
constexpr std::string_view kTrialsLimit =
    "Maximum number of training jobs per hyperparameter tuning job";

/// One definition or several; several have names of their own.
Outcome<void> check_definitions(const api::CreateHyperParameterTuningJobRequest& request) {
  if (request.training_job_definitions && request.training_job_definition) {
    return invalid("Give either TrainingJobDefinition or TrainingJobDefinitions, not both.");
  }
  if (request.training_job_definitions) {
    std::set<std::string> names;
    for (const auto& definition : *request.training_job_definitions) {
      if (!definition.definition_name) {
        return invalid("TrainingJobDefinitions: every definition needs a DefinitionName.");
      }
      if (!names.insert(*definition.definition_name).second) {
        return invalid(
            fmt::format("TrainingJobDefinitions: the DefinitionName '{}' is given more than once.",
                        *definition.definition_name));
      }
    }
  } else if (!request.training_job_definition) {
    return invalid("TrainingJobDefinition or TrainingJobDefinitions is required.");
  }
  return {};
}

Outcome<void> check_with_algorithm(const orchestration::TrialDefinition& definition,
                                   const Builtin& builtin) {
  if (!builtin.is_xgboost()) {
    if (definition.objective_metric != null_algorithm::kMetric) {
      return invalid(fmt::format("The objective metric {} is not one of the algorithm's metrics.",
                                 definition.objective_metric));
    }
    const auto plan = null_algorithm::plan(definition.training.hyperparameters);
    if (!plan) return invalid(plan.error().message);
    return {};
  }
  std::vector<xgboost::TunedRange> ranges;
  for (const auto& range : definition.ranges) {
    xgboost::RangeKind kind = xgboost::RangeKind::kContinuous;
    if (range.kind == ParameterKind::kInteger) kind = xgboost::RangeKind::kInteger;
    if (range.kind == ParameterKind::kCategorical) kind = xgboost::RangeKind::kCategorical;
    ranges.push_back({kind, range.name, range.min, range.max, range.values});
  }
  const auto valid = xgboost::validate_tuning(definition.training.hyperparameters, ranges,
                                              definition.objective_metric, builtin.generation);
  if (!valid) return invalid(valid.error().message);
  return {};
}

Outcome<training::TrainingSpec> shared_training_spec(
    const api::HyperParameterTrainingJobDefinition& definition, const std::string& objective_metric,
    const Builtin& builtin, const Limits& limits) {
  const auto& algorithm = definition.algorithm_specification;
  training::TrainingSpec spec;
  spec.image = algorithm.training_image.value_or("");
  spec.algorithm = builtin.name;
  spec.input_mode = algorithm.training_input_mode;
  if (definition.static_hyper_parameters)
    spec.hyperparameters = *definition.static_hyper_parameters;
  spec.metric_definitions = metric_definitions(builtin);
  if (definition.environment) spec.environment = *definition.environment;
  spec.output_s3_uri = definition.output_data_config.s3_output_path;
  spec.role_arn = definition.role_arn;
  if (auto fine = check_tuning_resources(definition); !fine) return fine.error();
  if (auto fine = set_resources(resource_config(definition), spec); !fine) return fine.error();
  auto channels =
      input_channels(definition.input_data_config, spec.input_mode, spec.instance_count, builtin);
  if (!channels) return channels.error();
  spec.channels = std::move(*channels);
  if (auto fine = set_times(definition.stopping_condition,
                            definition.enable_managed_spot_training.value_or(false), limits, spec);
      !fine) {
    return fine.error();
  }
  if (auto fine = set_checkpoints(definition.checkpoint_config, spec); !fine) return fine.error();
  spec.objective_metric = objective_metric;
  spec.network_isolation = definition.enable_network_isolation.value_or(false);
  if (definition.retry_strategy) {
    spec.max_attempts = 1 + definition.retry_strategy->maximum_retry_attempts;
  }
  return spec;
}

Outcome<orchestration::TrialDefinition> trial_definition(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index,
    const Limits& limits) {
  const auto& config = request.hyper_parameter_tuning_job_config;
  const auto& wire = definition_at(request, index);
  const auto image = builtin_image(wire.algorithm_specification.training_image,
                                   wire.algorithm_specification.algorithm_name);
  if (!image) return image.error();
  if (auto fine =
          check_builtin(wire.static_hyper_parameters,
                        wire.algorithm_specification.metric_definitions, wire.output_data_config);
      !fine) {
    return fine.error();
  }
  if (config.hyper_parameter_tuning_job_objective && wire.tuning_objective) {
    return invalid(
        "Give the objective either as HyperParameterTuningJobObjective of the job or as "
        "TuningObjective of its definitions, not both.");
  }
  if (config.parameter_ranges && wire.hyper_parameter_ranges) {
    return invalid(
        "Give the ranges either as ParameterRanges of the job or as HyperParameterRanges of its "
        "definitions, not both.");
  }
  const auto objective = objective_at(request, index);
  if (objective.metric_name.empty()) {
    return invalid(
        "A metric is required for this hyperparameter tuning job objective. Provide a metric in "
        "the metric definitions.");
  }
  orchestration::TrialDefinition out;
  out.name = wire.definition_name.value_or("");
  out.objective_metric = objective.metric_name;
  out.maximize = objective.type == "Maximize";
  auto ranges = parameter_ranges(
      wire.hyper_parameter_ranges ? wire.hyper_parameter_ranges : config.parameter_ranges, limits);
  if (!ranges) return ranges.error();
  out.ranges = std::move(*ranges);
  auto shared = shared_training_spec(wire, out.objective_metric, *image, limits);
  if (!shared) return shared.error();
  out.training = std::move(*shared);
  if (auto valid = check_with_algorithm(out, *image); !valid) return valid.error();
  // The service tells the algorithm which metric to print whatever else it prints.
  out.training.hyperparameters["_tuning_objective_metric"] = out.objective_metric;
  return out;
}

/// How many configurations there are in all definitions together; nothing when a range is
/// continuous.
std::optional<double> total_combinations(const orchestration::TuningSpec& spec) {
  double sum = 0;
  for (const auto& definition : spec.definitions) {
    const auto own = combinations(definition.ranges);
    if (!own) return std::nullopt;
    sum += *own;
  }
  return sum;
}

/// A grid has as many trials as it has points, neither more nor fewer.
Outcome<std::int64_t> grid_size(const orchestration::TuningSpec& spec,
                                const std::optional<std::int32_t>& asked, const Limits& limits) {
  for (const auto& definition : spec.definitions) {
    for (const auto& range : definition.ranges) {
      if (range.kind != ParameterKind::kCategorical) {
        return invalid(fmt::format(
            "The strategy Grid takes categorical hyperparameters only: '{}' has a numeric range.",
            range.name));
      }
    }
  }
  const double points = *total_combinations(spec);
  if (points > static_cast<double>(limits.max_trials)) {
    constexpr double kLargest = 9e18;  // of what the text can say
    return limit_exceeded(kTrialsLimit, limits.max_trials, 0,
                          static_cast<std::int64_t>(std::min(points, kLargest)));
  }
  const auto size = static_cast<std::int64_t>(points);
  if (asked && *asked != size) {
    return invalid(fmt::format(
        "MaxNumberOfTrainingJobs [{}] must equal the total number of hyperparameter combinations "
        "[{}] for the strategy Grid. Leave it out to have it computed.",
        *asked, size));
  }
  return size;
}

/// Completes `spec`, whose definitions are there.
Outcome<void> set_limits(orchestration::TuningSpec& spec, const api::ResourceLimits& resources,
                         const Limits& limits) {
  const std::int64_t most =
      spec.strategy == "Random" ? limits.max_trials_random : limits.max_trials;
  spec.bounded = resources.max_number_of_training_jobs.has_value();
  spec.max_trials = resources.max_number_of_training_jobs.value_or(static_cast<std::int32_t>(most));
  spec.max_parallel = resources.max_parallel_training_jobs;
  if (spec.max_trials > most) {
    return limit_exceeded(kTrialsLimit, most, 0, spec.max_trials);
  }
  if (spec.max_parallel > limits.max_parallel_trials) {
    return limit_exceeded("Maximum number of parallel training jobs per hyperparameter tuning job",
                          limits.max_parallel_trials, 0, spec.max_parallel);
  }
  if (resources.max_runtime_in_seconds) {
    spec.max_runtime_seconds = *resources.max_runtime_in_seconds;
  }
  if (spec.strategy == "Grid") {
    const auto size = grid_size(spec, resources.max_number_of_training_jobs, limits);
    if (!size) return size.error();
    spec.max_trials = *size;
    spec.bounded = true;
  } else if (const auto all = total_combinations(spec);
             all && spec.bounded && *all < static_cast<double>(spec.max_trials)) {
    return invalid(fmt::format(
        "You don't have enough combinations of hyperparameter ranges. The total number of "
        "hyperparameter combinations for the provided ranges [{}] must be equal or greater than "
        "the value of MaxNumberOfJobs, [{}]. Provide additional ranges.",
        format_double(*all), spec.max_trials));
  }
  return {};
}

/// The most values of the objective that a trial will print, as far as its static hyperparameters
/// tell.
std::optional<std::int64_t> resource_of(const orchestration::TrialDefinition& definition) {
  for (const char* key :
       {"epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs", "num_round", "rounds"}) {
    const auto found = definition.training.hyperparameters.find(key);
    if (found == definition.training.hyperparameters.end()) continue;
    if (const auto number = parse_int(found->second); number && *number >= 1) return number;
  }
  return std::nullopt;
}

Outcome<void> set_hyperband(orchestration::TuningSpec& spec,
                            const api::HyperParameterTuningJobConfig& config) {
  api::HyperbandStrategyConfig given;
  if (config.strategy_config && config.strategy_config->hyperband_strategy_config) {
    given = *config.strategy_config->hyperband_strategy_config;
  }
  spec.min_resource = given.min_resource.value_or(1);
  if (given.max_resource) {
    spec.max_resource = *given.max_resource;
  } else {
    for (const auto& definition : spec.definitions) {
      const auto resource = resource_of(definition);
      if (!resource) {
        return invalid(
            "MaxResource of HyperbandStrategyConfig is required: it can't be inferred from the "
            "StaticHyperParameters. Keys from which it is: [epochs, numepochs, n-epochs, n_epochs, "
            "num_epochs, num_round, rounds].");
      }
      spec.max_resource = std::max(spec.max_resource, *resource);
    }
  }
  if (spec.max_resource > kMostResource) {
    return invalid(fmt::format("MaxResource [{}] of HyperbandStrategyConfig must be at most {}.",
                               spec.max_resource, kMostResource));
  }
  if (spec.min_resource > spec.max_resource) {
    return invalid(fmt::format(
        "MinResource [{}] of HyperbandStrategyConfig must not be greater than MaxResource [{}].",
        spec.min_resource, spec.max_resource));
  }
  return {};
}

/// How trials may be ended before their end.
Outcome<void> set_early_stopping(orchestration::TuningSpec& spec,
                                 const api::HyperParameterTuningJobConfig& config) {
  spec.early_stopping = config.training_job_early_stopping_type.value_or("Off") == "Auto";
  if (spec.strategy != "Hyperband") {
    if (config.strategy_config) {
      return invalid(
          fmt::format("StrategyConfig can be given only for the strategy Hyperband, not for {}.",
                      spec.strategy));
    }
    return {};
  }
  if (spec.early_stopping) {
    return invalid(
        "TrainingJobEarlyStoppingType must be Off for the strategy Hyperband, which stops training "
        "jobs by itself.");
  }
  return set_hyperband(spec, config);
}

Outcome<void> set_completion(orchestration::TuningSpec& spec,
                             const std::optional<api::TuningJobCompletionCriteria>& criteria) {
  if (!criteria) return {};
  if (auto fine =
          check_finite("TargetObjectiveMetricValue", criteria->target_objective_metric_value);
      !fine) {
    return fine;
  }
  spec.target_objective = criteria->target_objective_metric_value;
  if (criteria->best_objective_not_improving) {
    spec.max_not_improving =
        criteria->best_objective_not_improving->max_number_of_training_jobs_not_improving;
  }
  if (criteria->convergence_detected) {
    spec.detect_convergence = true;
    spec.complete_on_convergence =
        criteria->convergence_detected->complete_on_convergence.value_or("Disabled") == "Enabled";
  }
  return {};
}

}  // namespace

Outcome<orchestration::TuningSpec> tuning_spec(
    const api::CreateHyperParameterTuningJobRequest& request, const Limits& limits) {
  if (auto fine = check_definitions(request); !fine) return fine.error();
  const auto& config = request.hyper_parameter_tuning_job_config;
  orchestration::TuningSpec spec;
  spec.strategy = config.strategy;
  for (std::size_t i = 0; i < definition_count(request); ++i) {
    auto definition = trial_definition(request, i, limits);
    if (!definition) return definition.error();
    spec.definitions.push_back(std::move(*definition));
  }
  if (auto fine = set_completion(spec, config.tuning_job_completion_criteria); !fine)
    return fine.error();
  if (auto fine = set_early_stopping(spec, config); !fine) return fine.error();
  if (auto fine = set_limits(spec, config.resource_limits, limits); !fine) return fine.error();
  // What the search engine can't do is refused now: the job could never begin.
  if (const auto possible = orchestration::check_search(spec); !possible)
    return invalid(fmt::format("ParameterRanges: {}.", possible.error().message));
  return spec;
}

}  // namespace tunesmith::services::sagemaker
