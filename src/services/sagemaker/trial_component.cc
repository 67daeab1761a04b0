// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/trial_component.h"

#include "base/strings.h"
#include "services/sagemaker/names.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace tunesmith::services::sagemaker {
namespace {

constexpr std::string_view kComponentSuffix = "-aws-training-job";
constexpr std::string_view kExperimentSuffix = "-aws-tuning-job";

std::vector<api::TrialComponentMetricSummary> summaries(
    const std::vector<store::MetricPoint>& points, const std::string& source) {
  struct Sums {
    double min = 0, max = 0, last = 0, sum = 0, squares = 0;
    std::int32_t count = 0;
    Timestamp at{};
  };
  std::map<std::string, Sums> by_name;
  for (const auto& point : points) {
    Sums& s = by_name[point.name];
    s.min = s.count == 0 ? point.value : std::min(s.min, point.value);
    s.max = s.count == 0 ? point.value : std::max(s.max, point.value);
    s.last = point.value;
    s.sum += point.value;
    s.squares += point.value * point.value;
    s.at = point.time;
    ++s.count;
  }
  std::vector<api::TrialComponentMetricSummary> out;
  for (const auto& [name, s] : by_name) {
    api::TrialComponentMetricSummary summary;
    const double mean = s.sum / s.count;
    summary.metric_name = name;
    summary.source_arn = source;
    summary.time_stamp = s.at;
    summary.min = s.min;
    summary.max = s.max;
    summary.last = s.last;
    summary.count = s.count;
    summary.avg = mean;
    summary.std_dev = std::sqrt(std::max(0.0, s.squares / s.count - mean * mean));
    out.push_back(std::move(summary));
  }
  return out;
}

std::map<std::string, api::TrialComponentParameterValue> parameters_of(
    const api::DescribeTrainingJobResponse& job) {
  std::map<std::string, api::TrialComponentParameterValue> out;
  const auto put_text = [&](const std::string& name, const std::string& value) {
    api::TrialComponentParameterValue text;
    text.string_value = value;
    out[name] = std::move(text);
  };
  const auto put_number = [&](const std::string& name, double value) {
    api::TrialComponentParameterValue number;
    number.number_value = value;
    out[name] = std::move(number);
  };
  if (job.hyper_parameters) {
    for (const auto& [name, value] : *job.hyper_parameters) {
      const auto number = parse_double(value);
      if (number && std::isfinite(*number)) {
        put_number(name, *number);
      } else {
        put_text(name, value);
      }
    }
  }
  if (job.algorithm_specification && job.algorithm_specification->training_image) {
    put_text("SageMaker.ImageUri", *job.algorithm_specification->training_image);
  }
  if (job.resource_config) {
    put_text("SageMaker.InstanceType", job.resource_config->instance_type.value_or(""));
    put_number("SageMaker.InstanceCount", job.resource_config->instance_count.value_or(1));
  }
  return out;
}

}  // namespace

std::string trial_component_name(const store::TrainingJob& job) {
  return to_lower(job.name) + std::string(kComponentSuffix);
}

std::string trial_component_arn(const RequestContext& context, const store::TrainingJob& job) {
  return fmt::format("arn:aws:sagemaker:{}:{}:experiment-trial-component/{}", context.region,
                     context.identity.account, trial_component_name(job));
}

std::string job_of_trial_component(std::string_view text) {
  text = text.substr(text.rfind('/') + 1);
  if (text.ends_with(kComponentSuffix)) text.remove_suffix(kComponentSuffix.size());
  return std::string(text);
}

std::optional<std::string> tuning_job_of_experiment(std::string_view name) {
  if (!name.ends_with(kExperimentSuffix)) return std::nullopt;
  name.remove_suffix(kExperimentSuffix.size());
  return std::string(name);
}

std::string experiment_name(std::string_view tuning_job) {
  return to_lower(tuning_job) + std::string(kExperimentSuffix);
}

api::TrialComponentSource trial_component_source(const RequestContext& context,
                                                 const store::TrainingJob& job) {
  return {training_job_arn(context, job.name), "SageMakerTrainingJob"};
}

api::TrialComponentStatus trial_component_status(const store::TrainingJob& job) {
  api::TrialComponentStatus status;
  status.primary_status = std::string(store::to_string(job.status));
  status.message = job.secondary_status;
  if (!job.failure_reason.empty()) status.message = job.failure_reason;
  return status;
}

Result<api::DescribeTrialComponentResponse> described_trial_component(
    store::Reader& r, const RequestContext& context, const store::TrainingJob& row,
    const api::DescribeTrainingJobResponse& job) {
  TUNESMITH_TRY(const auto points, r.metric_points(row.id));
  api::DescribeTrialComponentResponse out;
  out.trial_component_name = trial_component_name(row);
  out.trial_component_arn = trial_component_arn(context, row);
  out.display_name = trial_component_name(row);
  out.source = trial_component_source(context, row);
  out.status = trial_component_status(row);
  out.start_time = row.started;
  if (row.started) out.end_time = row.ended;
  out.creation_time = row.created;
  out.last_modified_time = row.modified;
  out.parameters = parameters_of(job);
  out.metrics = summaries(points, training_job_arn(context, row.name));
  out.input_artifacts.emplace();
  if (job.input_data_config) {
    for (const auto& channel : *job.input_data_config) {
      if (!channel.data_source.s3_data_source) continue;
      (*out.input_artifacts)[channel.channel_name] = {channel.content_type,
                                                      channel.data_source.s3_data_source->s3_uri};
    }
  }
  out.output_artifacts.emplace();
  (*out.output_artifacts)["SageMaker.ModelArtifact"] = {std::nullopt,
                                                        job.model_artifacts.s3_model_artifacts};
  return out;
}

}  // namespace tunesmith::services::sagemaker
