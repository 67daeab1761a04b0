// SPDX-License-Identifier: Apache-2.0
//
// ListTrialComponents and DescribeTrialComponent.
#include "services/sagemaker/convert.h"
#include "services/sagemaker/pages.h"
#include "services/sagemaker/trial_component.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {
namespace {

aws::ApiError no_component(const std::string& name) {
  return {"ResourceNotFound", fmt::format("Could not find trial component '{}'.", name), 400};
}

/// Narrows `query` to what the request asks for; false when there can be nothing.
bool narrow(const RequestContext& context, const api::ListTrialComponentsRequest& input,
            store::JobQuery& query) {
  if (input.source_arn) {
    const auto source = parse_arn(context, *input.source_arn);
    if (!source) return false;
    if (source->type == "training-job")
      query.name = source->name;
    else if (source->type == "hyper-parameter-tuning-job")
      query.tuning_job_name = source->name;
    else
      return false;
  }
  for (const auto& group : {input.experiment_name, input.trial_name}) {
    if (!group) continue;
    query.tuning_job_name = tuning_job_of_experiment(*group);
    if (!query.tuning_job_name) return false;
  }
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
    if (!narrow(context, input, query)) return {};
    TUNESMITH_TRY(const auto page, r.training_jobs(query));
    for (const auto& job : page.rows) {
      api::TrialComponentSummary summary;
      summary.trial_component_name = trial_component_name(job);
      summary.trial_component_arn = trial_component_arn(context, job);
      summary.display_name = trial_component_name(job);
      summary.trial_component_source = trial_component_source(context, job);
      summary.status = trial_component_status(job);
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
  request.training_job_name = job_of_trial_component(input.trial_component_name);
  const auto job = describe_training_job(service, context, request);
  if (!job) return no_component(input.trial_component_name);
  api::DescribeTrialComponentResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto row, r.training_job(context.region, request.training_job_name));
    TUNESMITH_TRY(out, described_trial_component(r, context, row, *job));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) {
    return no_component(input.trial_component_name);
  }
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
