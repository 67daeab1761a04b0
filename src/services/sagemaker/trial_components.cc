// SPDX-License-Identifier: Apache-2.0
//
// ListTrialComponents and DescribeTrialComponent: the experiment entity that the service makes of
// each training job by itself. Nothing is stored for them; a job's row and series are what they
// show.
#include "aws/protocol/json.h"
#include "base/strings.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/core.h>

#include <cmath>
#include <map>

namespace tunesmith::services::sagemaker {
namespace {

constexpr std::string_view kComponentSuffix = "-aws-training-job";
constexpr std::string_view kExperimentSuffix = "-aws-tuning-job";

std::string component_name(const store::TrainingJob& job) {
  return to_lower(job.name) + std::string(kComponentSuffix);
}

std::string component_arn(const RequestContext& context, const std::string& name) {
  return fmt::format("arn:aws:sagemaker:{}:{}:experiment-trial-component/{}", context.region,
                     context.identity.account, name);
}

api::TrialComponentSource source_of(const RequestContext& context, const store::TrainingJob& job) {
  return {training_job_arn(context, job.name), "SageMakerTrainingJob"};
}

api::TrialComponentStatus status_of(const store::TrainingJob& job) {
  api::TrialComponentStatus status;
  status.primary_status = std::string(store::to_string(job.status));
  status.message = job.secondary_status;
  if (!job.failure_reason.empty()) status.message = job.failure_reason;
  return status;
}

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

/// The name of the training job that a component's name or ARN means.
std::string job_name(std::string_view text) {
  text = text.substr(text.rfind('/') + 1);
  if (text.ends_with(kComponentSuffix)) text.remove_suffix(kComponentSuffix.size());
  return std::string(text);
}

aws::ApiError no_component(const std::string& name) {
  return {"ResourceNotFound", fmt::format("Could not find trial component '{}'.", name), 400};
}

/// Narrows `query` to what the request asks for; false when there can be nothing.
Result<bool> narrow(store::Reader& r, const RequestContext& context,
                    const api::ListTrialComponentsRequest& input, store::JobQuery& query) {
  std::optional<std::string> tuning_job;
  if (input.source_arn) {
    const auto source = parse_arn(context, *input.source_arn);
    if (!source) return false;
    if (source->type == "training-job")
      query.name = source->name;
    else if (source->type == "hyper-parameter-tuning-job")
      tuning_job = source->name;
    else
      return false;
  }
  for (const auto& group : {input.experiment_name, input.trial_name}) {
    if (!group) continue;
    if (!group->ends_with(kExperimentSuffix)) return false;
    tuning_job = group->substr(0, group->size() - kExperimentSuffix.size());
  }
  if (!tuning_job) return true;
  const auto job = r.tuning_job(context.region, *tuning_job);
  if (!job && job.error().kind == ErrorKind::kNotFound) return false;
  if (!job) return job.error();
  query.tuning_job_id = job->id;
  return true;
}

}  // namespace

Outcome<api::ListTrialComponentsResponse> list_trial_components(
    Service& service, const RequestContext& context, const api::ListTrialComponentsRequest& input) {
  store::JobQuery query;
  query.region = context.region;
  const std::string sort = input.sort_by.value_or("CreationTime");
  query.sort_by = sort == "Name" ? store::SortBy::kName : store::SortBy::kCreationTime;
  query.descending = input.sort_order.value_or("Descending") == "Descending";
  query.created_after = input.created_after;
  query.created_before = input.created_before;
  query.limit = static_cast<std::size_t>(input.max_results.value_or(10));
  const std::string scope = fmt::format("trial-components/{}/{}", sort, query.descending);
  if (input.next_token) {
    auto cursor = parse_token(*input.next_token, scope);
    if (!cursor) return cursor.error();
    query.after = std::move(*cursor);
  }
  api::ListTrialComponentsResponse out;
  out.trial_component_summaries.emplace();
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const bool possible, narrow(r, context, input, query));
    if (!possible) return {};
    TUNESMITH_TRY(const auto page, r.training_jobs(query));
    for (const auto& job : page.rows) {
      api::TrialComponentSummary summary;
      summary.trial_component_name = component_name(job);
      summary.trial_component_arn = component_arn(context, component_name(job));
      summary.display_name = component_name(job);
      summary.trial_component_source = source_of(context, job);
      summary.status = status_of(job);
      summary.start_time = job.started;
      if (job.started) summary.end_time = job.ended;
      summary.creation_time = job.created;
      summary.last_modified_time = job.modified;
      out.trial_component_summaries->push_back(std::move(summary));
    }
    if (page.next) out.next_token = print_token(*page.next, scope);
    return {};
  });
  if (!read) return api_error(read.error());
  return out;
}

Outcome<api::DescribeTrialComponentResponse> describe_trial_component(
    Service& service, const RequestContext& context,
    const api::DescribeTrialComponentRequest& input) {
  api::DescribeTrainingJobRequest request;
  request.training_job_name = job_name(input.trial_component_name);
  const auto job = describe_training_job(service, context, request);
  if (!job) return no_component(input.trial_component_name);
  store::TrainingJob row;
  std::vector<store::MetricPoint> points;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(row, r.training_job(context.region, request.training_job_name));
    TUNESMITH_TRY(points, r.metric_points(row.id));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) {
    return no_component(input.trial_component_name);
  }
  if (!read) return api_error(read.error());
  api::DescribeTrialComponentResponse out;
  out.trial_component_name = component_name(row);
  out.trial_component_arn = component_arn(context, component_name(row));
  out.display_name = component_name(row);
  out.source = source_of(context, row);
  out.status = status_of(row);
  out.start_time = row.started;
  if (row.started) out.end_time = row.ended;
  out.creation_time = row.created;
  out.last_modified_time = row.modified;
  out.parameters = parameters_of(*job);
  out.metrics = summaries(points, training_job_arn(context, row.name));
  out.input_artifacts.emplace();
  if (job->input_data_config) {
    for (const auto& channel : *job->input_data_config) {
      if (!channel.data_source.s3_data_source) continue;
      (*out.input_artifacts)[channel.channel_name] = {channel.content_type,
                                                      channel.data_source.s3_data_source->s3_uri};
    }
  }
  out.output_artifacts.emplace();
  (*out.output_artifacts)["SageMaker.ModelArtifact"] = {std::nullopt,
                                                        job->model_artifacts.s3_model_artifacts};
  return out;
}

}  // namespace tunesmith::services::sagemaker
