// SPDX-License-Identifier: Apache-2.0
//
// To the wire: what Describe and the lists show of a tuning job, from its request and its rows.
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"

namespace tunesmith::services::sagemaker {

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

namespace {

/// All three lists, with the scaling that applies.
void fill_in(std::optional<api::ParameterRanges>& given) {
  if (!given) given.emplace();
  api::ParameterRanges& ranges = *given;
  if (!ranges.integer_parameter_ranges) ranges.integer_parameter_ranges.emplace();
  if (!ranges.continuous_parameter_ranges) ranges.continuous_parameter_ranges.emplace();
  if (!ranges.categorical_parameter_ranges) ranges.categorical_parameter_ranges.emplace();
  for (auto& range : *ranges.integer_parameter_ranges) {
    if (!range.scaling_type) range.scaling_type = "Auto";
  }
  for (auto& range : *ranges.continuous_parameter_ranges) {
    if (!range.scaling_type) range.scaling_type = "Auto";
  }
}

}  // namespace

std::size_t definition_count(const api::CreateHyperParameterTuningJobRequest& request) {
  return request.training_job_definitions ? request.training_job_definitions->size() : 1;
}

const api::HyperParameterTrainingJobDefinition& definition_at(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index) {
  return request.training_job_definitions ? request.training_job_definitions->at(index)
                                          : request.training_job_definition.value();
}

api::HyperParameterTuningJobObjective objective_at(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index) {
  const auto& own = definition_at(request, index).tuning_objective;
  if (own) return *own;
  return request.hyper_parameter_tuning_job_config.hyper_parameter_tuning_job_objective.value_or(
      api::HyperParameterTuningJobObjective{});
}

api::HyperParameterTuningJobConfig described_config(
    const api::CreateHyperParameterTuningJobRequest& request) {
  api::HyperParameterTuningJobConfig config = request.hyper_parameter_tuning_job_config;
  if (!config.training_job_early_stopping_type) config.training_job_early_stopping_type = "Off";
  // Clients index the ranges of a job that has one definition, and must not find any where each
  // definition has its own.
  if (!request.training_job_definitions || config.parameter_ranges) {
    fill_in(config.parameter_ranges);
  }
  return config;
}

api::HyperParameterTrainingJobDefinition described_definition(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index) {
  api::HyperParameterTrainingJobDefinition definition = definition_at(request, index);
  if (request.training_job_definitions || definition.hyper_parameter_ranges) {
    fill_in(definition.hyper_parameter_ranges);
  }
  if (!definition.static_hyper_parameters) definition.static_hyper_parameters.emplace();
  (*definition.static_hyper_parameters)["_tuning_objective_metric"] =
      objective_at(request, index).metric_name;
  definition.algorithm_specification.metric_definitions = builtin_metric_definitions(
      definition.algorithm_specification.training_image, objective_at(request, index).metric_name);
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
    const RequestContext& context, const api::CreateHyperParameterTuningJobRequest& request,
    const store::TrainingJob& trial) {
  const auto index = static_cast<std::size_t>(trial.definition);
  const api::HyperParameterTuningJobObjective objective = objective_at(request, index);
  api::HyperParameterTrainingJobSummary out;
  out.training_job_name = trial.name;
  out.training_job_definition_name = definition_at(request, index).definition_name;
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

Result<std::optional<store::TrainingJob>> best_trial(
    store::Reader& r, const api::CreateHyperParameterTuningJobRequest& request,
    std::int64_t tuning_job_id) {
  std::optional<store::TrainingJob> best;
  const std::string type = objective_at(request, 0).type;
  for (std::size_t i = 0; i < definition_count(request); ++i) {
    if (best && objective_at(request, i).type != type) continue;
    const bool maximize = objective_at(request, i).type == "Maximize";
    auto found = r.best_trial(tuning_job_id, static_cast<std::int64_t>(i), maximize);
    if (!found) {
      if (found.error().kind == ErrorKind::kNotFound) continue;
      return found.error();
    }
    if (!best ||
        (maximize ? *found->objective > *best->objective : *found->objective < *best->objective)) {
      best = std::move(*found);
    }
  }
  return best;
}

api::TrainingJobStatusCounters status_counters(const store::TrialCounters& counters) {
  const auto n = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
  // What failed by no fault of the user's has been retried as often as it may be; the service still
  // calls it retryable.
  return {n(counters.completed), n(counters.in_progress), n(counters.failed_internally),
          n(counters.failed - counters.failed_internally), n(counters.stopped)};
}

api::ObjectiveStatusCounters objective_counters(const store::TrialCounters& counters) {
  const auto n = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
  return {n(counters.objective_succeeded), n(counters.objective_pending),
          n(counters.objective_failed)};
}

}  // namespace tunesmith::services::sagemaker
