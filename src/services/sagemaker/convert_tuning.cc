// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "base/strings.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

#include <cmath>
#include <set>

namespace tunesmith::services::sagemaker {
namespace {

namespace xgboost = algorithms::xgboost;
using orchestration::ParameterKind;
using orchestration::ParameterRange;

// What the domain cannot do yet is refused by name, never dropped.
Outcome<void> check_supported(const api::CreateHyperParameterTuningJobRequest& request) {
  const auto& config = request.hyper_parameter_tuning_job_config;
  if (config.strategy != "Bayesian" && config.strategy != "Random") {
    return invalid(fmt::format("Strategy '{}' is not supported here; supported: Bayesian, Random.",
                               config.strategy));
  }
  if (config.strategy_config) return invalid("StrategyConfig is only for the strategy Hyperband.");
  if (request.warm_start_config) return invalid("WarmStartConfig is not supported here.");
  if (request.autotune) return invalid("Autotune is not supported here.");
  if (request.training_job_definitions && request.training_job_definition) {
    return invalid("Give either TrainingJobDefinition or TrainingJobDefinitions, not both.");
  }
  if (request.training_job_definitions) {
    return invalid("TrainingJobDefinitions is not supported here; give one TrainingJobDefinition.");
  }
  if (!request.training_job_definition) return invalid("TrainingJobDefinition is required.");
  if (config.training_job_early_stopping_type.value_or("Off") != "Off") {
    return invalid("TrainingJobEarlyStoppingType 'Auto' is not supported here; supported: Off.");
  }
  const auto& criteria = config.tuning_job_completion_criteria;
  if (criteria && criteria->convergence_detected &&
      criteria->convergence_detected->complete_on_convergence.value_or("Disabled") != "Disabled") {
    return invalid("TuningJobCompletionCriteria.ConvergenceDetected is not supported here.");
  }
  const auto& definition = *request.training_job_definition;
  if (definition.enable_managed_spot_training.value_or(false) &&
      !definition.stopping_condition.max_wait_time_in_seconds) {
    return invalid(
        "MaxWaitTimeInSeconds above 0 is required when EnableManagedSpotTraining is true.");
  }
  return {};
}

template <class WireRange>
Outcome<ParameterRange> numeric_range(const WireRange& wire, ParameterKind kind) {
  const auto number = [&](const std::string& text) -> std::optional<double> {
    if (kind == ParameterKind::kInteger) {
      const auto whole = parse_int(text);
      return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
    }
    const auto value = parse_double(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
  };
  const auto min = number(wire.min_value);
  const auto max = number(wire.max_value);
  const std::string_view what = kind == ParameterKind::kInteger ? "an integer" : "a number";
  for (const auto& [value, text, member] :
       {std::tuple{min, wire.min_value, "MinValue"}, std::tuple{max, wire.max_value, "MaxValue"}}) {
    if (!value) {
      return invalid(fmt::format("The {} '{}' of hyperparameter '{}' is not {}.", member, text,
                                 wire.name, what));
    }
  }
  if (*min >= *max) {
    return invalid(
        fmt::format("The MinValue [{}] of hyperparameter '{}' must be less than its MaxValue [{}].",
                    wire.min_value, wire.name, wire.max_value));
  }
  ParameterRange range{
      wire.name, kind, wire.min_value, wire.max_value, wire.scaling_type.value_or("Auto"), {}};
  if (range.scaling == "Logarithmic" && *min <= 0) {
    return invalid(fmt::format(
        "Hyperparameter '{}': Logarithmic scaling needs a MinValue greater than 0, not [{}].",
        wire.name, wire.min_value));
  }
  if (range.scaling == "ReverseLogarithmic") {
    if (kind == ParameterKind::kInteger) {
      return invalid(fmt::format(
          "Hyperparameter '{}': ReverseLogarithmic scaling is for continuous ranges only.",
          wire.name));
    }
    if (*min < 0 || *max >= 1) {
      return invalid(
          fmt::format("Hyperparameter '{}': ReverseLogarithmic scaling needs a range within 0 <= x "
                      "< 1.0, not [{}, {}].",
                      wire.name, wire.min_value, wire.max_value));
    }
  }
  return range;
}

Outcome<std::vector<ParameterRange>> parameter_ranges(
    const std::optional<api::ParameterRanges>& wire, const Limits& limits) {
  std::vector<ParameterRange> out;
  if (wire) {
    if (wire->auto_parameters && !wire->auto_parameters->empty()) {
      return invalid(
          "ParameterRanges.AutoParameters is only for Autotune, which is not supported here.");
    }
    if (wire->continuous_parameter_ranges) {
      for (const auto& r : *wire->continuous_parameter_ranges) {
        auto range = numeric_range(r, ParameterKind::kContinuous);
        if (!range) return range.error();
        out.push_back(std::move(*range));
      }
    }
    if (wire->integer_parameter_ranges) {
      for (const auto& r : *wire->integer_parameter_ranges) {
        auto range = numeric_range(r, ParameterKind::kInteger);
        if (!range) return range.error();
        out.push_back(std::move(*range));
      }
    }
    if (wire->categorical_parameter_ranges) {
      for (const auto& r : *wire->categorical_parameter_ranges) {
        if (std::set<std::string>(r.values.begin(), r.values.end()).size() != r.values.size()) {
          return invalid(fmt::format("The Values of hyperparameter '{}' must be unique.", r.name));
        }
        out.push_back({r.name, ParameterKind::kCategorical, "", "", "", r.values});
      }
    }
  }
  if (out.empty())
    return invalid("ParameterRanges: at least one hyperparameter range is required.");
  if (out.size() > limits.max_ranges) {
    return invalid(fmt::format("ParameterRanges: {} hyperparameters are tuned, at most {} can be.",
                               out.size(), limits.max_ranges));
  }
  std::set<std::string> names;
  for (const auto& range : out) {
    if (!names.insert(range.name).second) {
      return invalid(fmt::format("Hyperparameter '{}' has more than one range.", range.name));
    }
  }
  return out;
}

/// How many different configurations there are; nothing when a range is continuous.
std::optional<double> combinations(const std::vector<ParameterRange>& ranges) {
  double product = 1;
  for (const auto& range : ranges) {
    if (range.kind == ParameterKind::kContinuous) return std::nullopt;
    product *= range.kind == ParameterKind::kCategorical
                   ? static_cast<double>(range.values.size())
                   : static_cast<double>(*parse_int(range.max) - *parse_int(range.min)) + 1;
  }
  return product;
}

Outcome<void> check_with_algorithm(const orchestration::TuningSpec& spec,
                                   xgboost::Generation generation) {
  std::vector<xgboost::TunedRange> ranges;
  for (const auto& range : spec.ranges) {
    xgboost::RangeKind kind = xgboost::RangeKind::kContinuous;
    if (range.kind == ParameterKind::kInteger) kind = xgboost::RangeKind::kInteger;
    if (range.kind == ParameterKind::kCategorical) kind = xgboost::RangeKind::kCategorical;
    ranges.push_back({kind, range.name, range.min, range.max, range.values});
  }
  const auto valid = xgboost::validate_tuning(spec.training.hyperparameters, ranges,
                                              spec.objective_metric, generation);
  if (!valid) return invalid(valid.error().message);
  return {};
}

api::ResourceConfig resource_config(const api::HyperParameterTrainingJobDefinition& definition) {
  if (definition.resource_config) return *definition.resource_config;
  api::ResourceConfig out;
  if (const auto& tuning = definition.hyper_parameter_tuning_resource_config) {
    out.instance_type = tuning->instance_type;
    out.instance_count = tuning->instance_count;
    out.volume_size_in_gb = tuning->volume_size_in_gb;
    out.volume_kms_key_id = tuning->volume_kms_key_id;
    if (tuning->instance_configs && !tuning->instance_configs->empty()) {
      const auto& first = tuning->instance_configs->front();
      out.instance_type = first.instance_type;
      out.instance_count = first.instance_count;
      out.volume_size_in_gb = first.volume_size_in_gb;
    }
  }
  return out;
}

Outcome<training::TrainingSpec> shared_training_spec(
    const api::HyperParameterTrainingJobDefinition& definition,
    const std::string& objective_metric) {
  const auto& algorithm = definition.algorithm_specification;
  training::TrainingSpec spec;
  spec.image = algorithm.training_image.value_or("");
  spec.algorithm = "xgboost";
  spec.input_mode = algorithm.training_input_mode;
  if (definition.static_hyper_parameters)
    spec.hyperparameters = *definition.static_hyper_parameters;
  auto channels = input_channels(definition.input_data_config, spec.input_mode);
  if (!channels) return channels.error();
  spec.channels = std::move(*channels);
  for (const auto& metric : builtin_metric_definitions()) {
    spec.metric_definitions.push_back({metric.name, metric.regex});
  }
  if (definition.environment) spec.environment = *definition.environment;
  spec.output_s3_uri = definition.output_data_config.s3_output_path;
  spec.role_arn = definition.role_arn;
  if (!definition.resource_config && !definition.hyper_parameter_tuning_resource_config) {
    return invalid("ResourceConfig or HyperParameterTuningResourceConfig is required.");
  }
  const auto resources = resource_config(definition);
  spec.instance_type = resources.instance_type.value_or("");
  spec.instance_count = resources.instance_count.value_or(1);
  if (auto one = check_one_instance(spec.instance_count); !one) return one.error();
  spec.max_runtime_seconds = definition.stopping_condition.max_runtime_in_seconds.value_or(86400);
  spec.objective_metric = objective_metric;
  spec.network_isolation = definition.enable_network_isolation.value_or(false);
  return spec;
}

}  // namespace

Outcome<orchestration::TuningSpec> tuning_spec(
    const api::CreateHyperParameterTuningJobRequest& request, const Limits& limits) {
  if (auto supported = check_supported(request); !supported) return supported.error();
  const auto& config = request.hyper_parameter_tuning_job_config;
  const auto& definition = *request.training_job_definition;
  const auto image = builtin_image(definition.algorithm_specification.training_image,
                                   definition.algorithm_specification.algorithm_name);
  if (!image) return image.error();
  if (auto fine = check_builtin(definition.algorithm_specification.metric_definitions,
                                definition.output_data_config);
      !fine) {
    return fine.error();
  }
  if (!config.hyper_parameter_tuning_job_objective) {
    return invalid(
        "A metric is required for this hyperparameter tuning job objective. Provide a metric in "
        "the metric "
        "definitions.");
  }
  orchestration::TuningSpec spec;
  spec.strategy = config.strategy;
  spec.objective_metric = config.hyper_parameter_tuning_job_objective->metric_name;
  spec.maximize = config.hyper_parameter_tuning_job_objective->type == "Maximize";

  const auto& resources = config.resource_limits;
  const std::int64_t most =
      spec.strategy == "Random" ? limits.max_trials_random : limits.max_trials;
  spec.max_trials = resources.max_number_of_training_jobs.value_or(static_cast<std::int32_t>(most));
  spec.max_parallel = resources.max_parallel_training_jobs;
  if (spec.max_trials > most) {
    return aws::ApiError{
        "ResourceLimitExceeded",
        fmt::format("MaxNumberOfTrainingJobs {} is over the limit of {} for the strategy {}.",
                    spec.max_trials, most, spec.strategy)};
  }
  if (spec.max_parallel > limits.max_parallel_trials) {
    return aws::ApiError{"ResourceLimitExceeded",
                         fmt::format("MaxParallelTrainingJobs {} is over the limit of {}.",
                                     spec.max_parallel, limits.max_parallel_trials)};
  }
  if (resources.max_runtime_in_seconds)
    spec.max_runtime_seconds = *resources.max_runtime_in_seconds;
  if (const auto& criteria = config.tuning_job_completion_criteria) {
    spec.target_objective = criteria->target_objective_metric_value;
    if (criteria->best_objective_not_improving &&
        criteria->best_objective_not_improving->max_number_of_training_jobs_not_improving) {
      spec.max_not_improving =
          *criteria->best_objective_not_improving->max_number_of_training_jobs_not_improving;
    }
  }
  auto ranges = parameter_ranges(config.parameter_ranges, limits);
  if (!ranges) return ranges.error();
  spec.ranges = std::move(*ranges);
  if (const auto all = combinations(spec.ranges);
      all && resources.max_number_of_training_jobs && *all < static_cast<double>(spec.max_trials)) {
    return invalid(fmt::format(
        "You don't have enough combinations of hyperparameter ranges. The total number of "
        "hyperparameter "
        "combinations for the provided ranges [{}] must be equal or greater than the value of "
        "MaxNumberOfJobs, [{}]. Provide additional ranges.",
        format_double(*all), spec.max_trials));
  }
  auto shared = shared_training_spec(definition, spec.objective_metric);
  if (!shared) return shared.error();
  spec.training = std::move(*shared);
  if (auto valid = check_with_algorithm(spec, image->generation); !valid) return valid.error();
  // The service tells the algorithm which metric to print whatever else it prints.
  spec.training.hyperparameters["_tuning_objective_metric"] = spec.objective_metric;
  return spec;
}

api::HyperParameterTuningJobConfig described_config(
    const api::CreateHyperParameterTuningJobRequest& request) {
  api::HyperParameterTuningJobConfig config = request.hyper_parameter_tuning_job_config;
  if (!config.training_job_early_stopping_type) config.training_job_early_stopping_type = "Off";
  if (!config.parameter_ranges) config.parameter_ranges.emplace();
  auto& ranges = *config.parameter_ranges;
  if (!ranges.integer_parameter_ranges) ranges.integer_parameter_ranges.emplace();
  if (!ranges.continuous_parameter_ranges) ranges.continuous_parameter_ranges.emplace();
  if (!ranges.categorical_parameter_ranges) ranges.categorical_parameter_ranges.emplace();
  for (auto& range : *ranges.integer_parameter_ranges) {
    if (!range.scaling_type) range.scaling_type = "Auto";
  }
  for (auto& range : *ranges.continuous_parameter_ranges) {
    if (!range.scaling_type) range.scaling_type = "Auto";
  }
  return config;
}

api::HyperParameterTrainingJobDefinition described_definition(
    const api::CreateHyperParameterTuningJobRequest& request) {
  api::HyperParameterTrainingJobDefinition definition =
      request.training_job_definition.value_or(api::HyperParameterTrainingJobDefinition{});
  if (!definition.static_hyper_parameters) definition.static_hyper_parameters.emplace();
  if (const auto& objective =
          request.hyper_parameter_tuning_job_config.hyper_parameter_tuning_job_objective) {
    (*definition.static_hyper_parameters)["_tuning_objective_metric"] = objective->metric_name;
  }
  definition.algorithm_specification.metric_definitions = builtin_metric_definitions();
  definition.resource_config = resource_config(definition);
  if (!definition.output_data_config.kms_key_id) definition.output_data_config.kms_key_id = "";
  if (!definition.enable_network_isolation) definition.enable_network_isolation = false;
  if (!definition.enable_inter_container_traffic_encryption) {
    definition.enable_inter_container_traffic_encryption = false;
  }
  if (!definition.enable_managed_spot_training) definition.enable_managed_spot_training = false;
  if (!definition.stopping_condition.max_runtime_in_seconds) {
    definition.stopping_condition.max_runtime_in_seconds = 86400;
  }
  return definition;
}

api::HyperParameterTrainingJobSummary trial_summary(
    const RequestContext& context, const store::TrainingJob& trial,
    const api::HyperParameterTuningJobObjective& objective) {
  api::HyperParameterTrainingJobSummary out;
  out.training_job_name = trial.name;
  RequestContext where = context;
  where.region = trial.region;
  out.training_job_arn = training_job_arn(where, trial.name);
  out.creation_time = trial.created;
  out.training_start_time = trial.started;
  if (trial.started) out.training_end_time = trial.ended;
  out.training_job_status = std::string(store::to_string(trial.status));
  for (const auto& [name, value] : trial.tuned) out.tuned_hyper_parameters[name] = value;
  if (!trial.failure_reason.empty()) out.failure_reason = trial.failure_reason;
  if (trial.objective) {
    out.final_hyper_parameter_tuning_job_objective_metric = {objective.type, objective.metric_name,
                                                             *trial.objective};
  }
  if (!trial.objective_status.empty()) out.objective_status = trial.objective_status;
  return out;
}

api::TrainingJobStatusCounters status_counters(const store::TrialCounters& counters) {
  const auto n = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
  return {n(counters.completed), n(counters.in_progress), 0, n(counters.failed),
          n(counters.stopped)};
}

api::ObjectiveStatusCounters objective_counters(const store::TrialCounters& counters) {
  const auto n = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
  return {n(counters.objective_succeeded), n(counters.objective_pending),
          n(counters.objective_failed)};
}

}  // namespace tunesmith::services::sagemaker
