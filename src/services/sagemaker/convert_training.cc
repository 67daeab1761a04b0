// SPDX-License-Identifier: Apache-2.0
#include "algorithms/null/null_algorithm.h"
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/schema/image.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "objects/s3_uri.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

#include <set>

namespace tunesmith::services::sagemaker {

namespace null_algorithm = algorithms::null_algorithm;
namespace xgboost = algorithms::xgboost;

std::vector<training::MetricDefinition> metric_definitions(const Builtin& builtin) {
  if (!builtin.is_xgboost()) {
    return {{std::string(null_algorithm::kMetric), std::string(null_algorithm::kMetricRegex)}};
  }
  std::vector<training::MetricDefinition> out;
  for (const auto& metric : xgboost::metrics()) {
    out.push_back({metric.train_name, metric.train_regex});
    out.push_back({metric.name, metric.regex});
  }
  return out;
}

std::vector<api::MetricDefinition> builtin_metric_definitions(
    const std::optional<std::string>& training_image, std::string_view objective) {
  std::vector<api::MetricDefinition> out;
  const auto builtin = builtin_image(training_image, std::nullopt);
  if (!builtin) return out;
  std::optional<std::string> objective_regex;
  for (auto& metric : metric_definitions(*builtin)) {
    if (metric.name == objective) objective_regex = metric.regex;
    out.push_back({metric.name, metric.regex});
  }
  if (objective_regex) out.push_back({"ObjectiveMetric", *objective_regex});
  return out;
}

Outcome<Builtin> builtin_image(const std::optional<std::string>& training_image,
                               const std::optional<std::string>& algorithm_name) {
  if (algorithm_name) {
    return invalid(
        fmt::format("AlgorithmName '{}': algorithm resources and Marketplace algorithms are not "
                    "available; give a "
                    "TrainingImage.",
                    *algorithm_name));
  }
  if (!training_image) return invalid("AlgorithmSpecification: TrainingImage is required.");
  if (null_algorithm::recognise_image(*training_image)) return Builtin{"null", {}};
  const auto image = xgboost::recognise_image(*training_image);
  if (!image) {
    return invalid(
        fmt::format("TrainingImage '{}' cannot be run here. Images that can: the built-in XGBoost, "
                    "'<registry>/xgboost:<tag>' and '<registry>/sagemaker-xgboost:<version>'.",
                    *training_image));
  }
  return Builtin{"xgboost", image->generation};
}

Outcome<void> set_checkpoints(const std::optional<api::CheckpointConfig>& config,
                              training::TrainingSpec& spec) {
  if (!config) return {};
  if (!objects::parse_s3_uri(config->s3_uri)) {
    return invalid(
        fmt::format("CheckpointConfig.S3Uri '{}' is not supported; supported: s3://bucket/prefix.",
                    config->s3_uri));
  }
  std::string path = config->local_path.value_or("");
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path.empty()) path = "/opt/ml/checkpoints";
  for (const std::string_view taken :
       {"/opt/ml/input", "/opt/ml/model", "/opt/ml/output", "/opt/ml/code", "/opt/ml/failure"}) {
    if (path == "/" || path == "/opt/ml" || path == taken ||
        path.starts_with(std::string(taken) + "/") || !path.starts_with('/')) {
      return invalid(fmt::format(
          "CheckpointConfig.LocalPath '{}' cannot be used: give an absolute path outside of "
          "/opt/ml/input, /opt/ml/model, /opt/ml/output, /opt/ml/code and /opt/ml/failure.",
          path));
    }
  }
  spec.checkpoint_s3_uri = config->s3_uri;
  spec.checkpoint_local_path = std::move(path);
  return {};
}

namespace {

Outcome<void> check_hyperparameters(const std::map<std::string, std::string>& hyperparameters,
                                    const Builtin& builtin) {
  if (builtin.is_xgboost()) {
    const auto valid = xgboost::validate(hyperparameters, builtin.generation);
    if (!valid) return invalid(valid.error().message);
  } else if (const auto plan = null_algorithm::plan(hyperparameters); !plan) {
    return invalid(plan.error().message);
  }
  return {};
}

/// What must be equal for a job to take over the warm pool of another.
std::string pool_signature(const api::CreateTrainingJobRequest& request,
                           const training::TrainingSpec& spec) {
  const auto& resources = *request.resource_config;
  std::string vpc;
  if (request.vpc_config) {
    for (const auto& id : request.vpc_config->security_group_ids) vpc += id + ",";
    for (const auto& id : request.vpc_config->subnets) vpc += id + ",";
  }
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", request.role_arn, spec.instance_type,
                     spec.instance_count, spec.volume_gb, resources.volume_kms_key_id.value_or(""),
                     vpc, request.enable_network_isolation.value_or(false),
                     request.enable_inter_container_traffic_encryption.value_or(false));
}

}  // namespace

Outcome<training::TrainingSpec> training_spec(const api::CreateTrainingJobRequest& request,
                                              const Limits& limits) {
  if (!request.algorithm_specification) return invalid("AlgorithmSpecification is required.");
  const auto& algorithm = *request.algorithm_specification;
  const auto image = builtin_image(algorithm.training_image, algorithm.algorithm_name);
  if (!image) return image.error();
  if (auto fine = check_builtin(request.hyper_parameters, algorithm.metric_definitions,
                                request.output_data_config);
      !fine) {
    return fine.error();
  }
  if (algorithm.container_entrypoint || algorithm.container_arguments) {
    return invalid(
        "ContainerEntrypoint and ContainerArguments cannot be given for the built-in XGBoost.");
  }
  training::TrainingSpec spec;
  spec.image = *algorithm.training_image;
  spec.algorithm = image->name;
  spec.input_mode = algorithm.training_input_mode;
  if (request.hyper_parameters) spec.hyperparameters = *request.hyper_parameters;
  if (auto valid = check_hyperparameters(spec.hyperparameters, *image); !valid) {
    return valid.error();
  }
  spec.metric_definitions = metric_definitions(*image);
  if (request.environment) spec.environment = *request.environment;
  spec.output_s3_uri = request.output_data_config.s3_output_path;
  spec.role_arn = request.role_arn;
  if (!request.resource_config) return invalid("ResourceConfig is required.");
  if (auto fine = set_resources(*request.resource_config, spec); !fine) return fine.error();
  auto channels =
      input_channels(request.input_data_config, spec.input_mode, spec.instance_count, *image);
  if (!channels) return channels.error();
  spec.channels = std::move(*channels);
  spec.keep_alive_seconds = request.resource_config->keep_alive_period_in_seconds.value_or(0);
  if (spec.keep_alive_seconds > 0 && request.enable_managed_spot_training.value_or(false)) {
    return invalid(
        "KeepAlivePeriodInSeconds cannot be given when EnableManagedSpotTraining is true.");
  }
  spec.pool_signature = pool_signature(request, spec);
  if (auto fine = set_checkpoints(request.checkpoint_config, spec); !fine) return fine.error();
  if (auto fine = set_times(request.stopping_condition.value_or(api::StoppingCondition{}),
                            request.enable_managed_spot_training.value_or(false), limits, spec);
      !fine) {
    return fine.error();
  }
  spec.network_isolation = request.enable_network_isolation.value_or(false);
  if (request.retry_strategy) {
    spec.max_attempts = 1 + request.retry_strategy->maximum_retry_attempts;
  }
  return spec;
}

Outcome<std::vector<store::Tag>> store_tags(const std::optional<std::vector<api::Tag>>& tags) {
  std::vector<store::Tag> out;
  if (!tags) return out;
  std::set<std::string> keys;
  for (const auto& tag : *tags) {
    if (tag.key.starts_with("aws:")) {
      return invalid(
          fmt::format("Tag key '{}': keys that begin with 'aws:' are reserved.", tag.key));
    }
    if (!keys.insert(tag.key).second) {
      return invalid(fmt::format("Tag key '{}' is given more than once.", tag.key));
    }
    out.push_back({tag.key, tag.value});
  }
  return out;
}

Outcome<void> check_builtin(
    const std::optional<std::map<std::string, std::string>>& hyperparameters,
    const std::optional<std::vector<api::MetricDefinition>>& metrics,
    const api::OutputDataConfig& output) {
  // First: the SDK's XGBoost estimator sends more that the built-in algorithm does not take.
  for (const char* name : {"sagemaker_program", "sagemaker_submit_directory"}) {
    if (!hyperparameters || !hyperparameters->contains(name)) continue;
    return invalid(fmt::format(
        "Training scripts of your own (script mode: the hyperparameter '{}') are not run here; "
        "supported: the built-in XGBoost, without entry_point.",
        name));
  }
  if (metrics && !metrics->empty()) {
    return invalid(
        "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry "
        "the request "
        "without specifying metric definitions.");
  }
  if (output.compression_type.value_or("GZIP") != "GZIP") {
    return invalid(
        "OutputDataConfig.CompressionType 'NONE' is not supported here; supported: GZIP.");
  }
  return {};
}

}  // namespace tunesmith::services::sagemaker
