// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "training/warm_pool.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <cmath>

namespace tunesmith::services::sagemaker {
namespace {

/// A trial has no request of its own: it is its tuning job's definition with the tuned values
/// joined in.
api::CreateTrainingJobRequest request_of_trial(
    const api::CreateHyperParameterTuningJobRequest& tuning, const store::TrainingJob& trial) {
  api::HyperParameterTrainingJobDefinition definition =
      described_definition(tuning, static_cast<std::size_t>(trial.definition));
  api::CreateTrainingJobRequest out;
  out.training_job_name = trial.name;
  out.hyper_parameters = std::move(definition.static_hyper_parameters);
  for (const auto& [name, value] : trial.tuned) (*out.hyper_parameters)[name] = value;
  out.algorithm_specification.emplace();
  out.algorithm_specification->training_image = definition.algorithm_specification.training_image;
  out.algorithm_specification->training_input_mode =
      definition.algorithm_specification.training_input_mode;
  out.role_arn = definition.role_arn;
  out.input_data_config = std::move(definition.input_data_config);
  out.output_data_config = std::move(definition.output_data_config);
  out.resource_config = std::move(definition.resource_config);
  out.vpc_config = std::move(definition.vpc_config);
  out.stopping_condition = definition.stopping_condition;
  out.enable_network_isolation = definition.enable_network_isolation;
  out.enable_inter_container_traffic_encryption =
      definition.enable_inter_container_traffic_encryption;
  out.enable_managed_spot_training = definition.enable_managed_spot_training;
  out.checkpoint_config = std::move(definition.checkpoint_config);
  if (out.checkpoint_config) {
    out.checkpoint_config->s3_uri = training::uri_below(out.checkpoint_config->s3_uri, trial.name);
  }
  out.retry_strategy = definition.retry_strategy;
  out.environment = std::move(definition.environment);
  return out;
}

/// Whole seconds, begun ones counted.
std::int32_t seconds_between(Timestamp from, Timestamp to) {
  return static_cast<std::int32_t>(std::ceil(static_cast<double>((to - from).count()) / 1000.0));
}

/// Of a trial's hyperparameters; empty for other jobs.
std::string objective_of(const std::optional<std::map<std::string, std::string>>& values) {
  if (!values) return {};
  const auto found = values->find("_tuning_objective_metric");
  return found == values->end() ? std::string() : found->second;
}

void add_request(api::DescribeTrainingJobResponse& out, api::CreateTrainingJobRequest request) {
  out.hyper_parameters = std::move(request.hyper_parameters);
  out.algorithm_specification = std::move(request.algorithm_specification);
  if (out.algorithm_specification) {
    // Clients index these although the request need not have them.
    out.algorithm_specification->metric_definitions = builtin_metric_definitions(
        out.algorithm_specification->training_image, objective_of(out.hyper_parameters));
    if (!out.algorithm_specification->enable_sage_maker_metrics_time_series) {
      out.algorithm_specification->enable_sage_maker_metrics_time_series = false;
    }
  }
  out.role_arn = std::move(request.role_arn);
  out.input_data_config = std::move(request.input_data_config);
  if (out.input_data_config) {
    for (auto& channel : *out.input_data_config) {
      if (!channel.compression_type) channel.compression_type = "None";
      if (!channel.record_wrapper_type) channel.record_wrapper_type = "None";
    }
  }
  out.output_data_config = std::move(request.output_data_config);
  if (!out.output_data_config->kms_key_id) out.output_data_config->kms_key_id = "";
  if (!out.output_data_config->compression_type) out.output_data_config->compression_type = "GZIP";
  out.resource_config = std::move(request.resource_config);
  out.vpc_config = std::move(request.vpc_config);
  if (request.stopping_condition) out.stopping_condition = *request.stopping_condition;
  if (!out.stopping_condition.max_runtime_in_seconds)
    out.stopping_condition.max_runtime_in_seconds = 86400;
  out.enable_network_isolation = request.enable_network_isolation.value_or(false);
  out.enable_inter_container_traffic_encryption =
      request.enable_inter_container_traffic_encryption.value_or(false);
  out.enable_managed_spot_training = request.enable_managed_spot_training.value_or(false);
  out.checkpoint_config = std::move(request.checkpoint_config);
  out.debug_hook_config = std::move(request.debug_hook_config);
  out.experiment_config = std::move(request.experiment_config);
  out.debug_rule_configurations = std::move(request.debug_rule_configurations);
  out.tensor_board_output_config = std::move(request.tensor_board_output_config);
  out.profiler_config = std::move(request.profiler_config);
  out.profiler_rule_configurations = std::move(request.profiler_rule_configurations);
  out.environment = std::move(request.environment);
  out.retry_strategy = request.retry_strategy;
  out.remote_debug_config = std::move(request.remote_debug_config);
  out.infra_check_config = std::move(request.infra_check_config);
}

}  // namespace

Result<api::DescribeTrainingJobResponse> described_training_job(
    const RequestContext& context, const store::TrainingJob& job,
    const std::optional<api::CreateHyperParameterTuningJobRequest>& tuning) {
  api::DescribeTrainingJobResponse out;
  if (tuning) {
    add_request(out, request_of_trial(*tuning, job));
    out.tuning_job_arn = tuning_job_arn(context, tuning->hyper_parameter_tuning_job_name);
  } else {
    auto request = aws::from_json<api::CreateTrainingJobRequest>(job.request);
    if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
    add_request(out, std::move(*request));
  }
  out.training_job_name = job.name;
  out.training_job_arn = training_job_arn(context, job.name);
  training::TrainingSpec where;
  where.output_s3_uri = out.output_data_config->s3_output_path;
  out.model_artifacts.s3_model_artifacts = training::model_artifact_uri(where, job.name);
  out.training_job_status = std::string(store::to_string(job.status));
  out.secondary_status = job.secondary_status;
  if (!job.failure_reason.empty()) out.failure_reason = job.failure_reason;
  out.creation_time = job.created;
  out.training_start_time = job.started;
  out.last_modified_time = job.modified;
  if (job.ended) {
    if (job.started) out.training_end_time = job.ended;
    const std::int32_t seconds = job.started ? seconds_between(*job.started, *job.ended) : 0;
    out.training_time_in_seconds = seconds;
    out.billable_time_in_seconds = seconds;
  }
  out.secondary_status_transitions.emplace();
  for (const auto& t : job.transitions) {
    out.secondary_status_transitions->push_back({t.status, t.start, t.end, t.message});
  }
  if (!job.final_metrics.empty()) {
    out.final_metric_data_list.emplace();
    for (const auto& m : job.final_metrics)
      out.final_metric_data_list->push_back({m.name, m.value, m.time});
    // A trial's objective is told once more under the name that the service gives it.
    if (tuning && job.objective) {
      const std::string objective = objective_of(out.hyper_parameters);
      for (const auto& m : job.final_metrics) {
        if (m.value == *job.objective && job.objective_status == "Succeeded" &&
            m.name == objective) {
          out.final_metric_data_list->push_back({"ObjectiveMetric", m.value, m.time});
          break;
        }
      }
    }
  }
  out.profiling_status = "Disabled";
  return out;
}

Result<std::optional<api::WarmPoolStatus>> warm_pool_status(store::Reader& r,
                                                            const store::TrainingJob& job,
                                                            Timestamp now) {
  std::optional<api::WarmPoolStatus> out;
  if (job.tuning_job_id) return out;
  const auto pool = r.warm_pool(job.id);
  if (!pool && pool.error().kind == ErrorKind::kNotFound) return out;
  if (!pool) return pool.error();
  const auto seen = training::view(*pool, job, now);
  out.emplace();
  out->status = std::string(training::to_string(seen.status));
  if (job.ended) {
    out->resource_retained_billable_time_in_seconds =
        static_cast<std::int32_t>(seen.retained_seconds);
  }
  if (!pool->reused_by.empty()) out->reused_by_job = pool->reused_by;
  return out;
}

Outcome<api::DescribeTrainingJobResponse> describe_training_job(
    Service& service, const RequestContext& context, const api::DescribeTrainingJobRequest& input) {
  api::DescribeTrainingJobResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const store::TrainingJob job,
                  r.training_job(context.region, input.training_job_name));
    std::optional<api::CreateHyperParameterTuningJobRequest> tuning;
    if (job.tuning_job_id) {
      TUNESMITH_TRY(const store::TuningJob of, r.tuning_job(*job.tuning_job_id));
      auto request = aws::from_json<api::CreateHyperParameterTuningJobRequest>(of.request);
      if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
      tuning = std::move(*request);
    }
    TUNESMITH_TRY(out, described_training_job(context, job, tuning));
    TUNESMITH_TRY(out.warm_pool_status, warm_pool_status(r, job, service.clock.now()));
    if (const auto pool = r.warm_pool(job.id); pool && out.resource_config) {
      out.resource_config->keep_alive_period_in_seconds =
          static_cast<std::int32_t>(pool->keep_alive_seconds);
    }
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) return no_training_job();
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
