// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

namespace tunesmith::services::sagemaker {

Outcome<api::ListHyperParameterTuningJobsResponse> list_hyper_parameter_tuning_jobs(
    Service& service, const RequestContext& context,
    const api::ListHyperParameterTuningJobsRequest& input) {
  const auto list = listing(context, input, "tuning-jobs", "Name");
  if (!list) return list.error();
  api::ListHyperParameterTuningJobsResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto page, r.tuning_jobs(list->query));
    for (const auto& job : page.rows) {
      TUNESMITH_TRY(const auto counters, r.trial_counters(job.id));
      api::HyperParameterTuningJobSummary summary;
      summary.hyper_parameter_tuning_job_name = job.name;
      summary.hyper_parameter_tuning_job_arn = tuning_job_arn(context, job.name);
      summary.hyper_parameter_tuning_job_status = std::string(store::to_string(job.status));
      summary.strategy = job.strategy;
      summary.creation_time = job.created;
      summary.hyper_parameter_tuning_end_time = job.ended;
      summary.last_modified_time = job.modified;
      summary.training_job_status_counters = status_counters(counters);
      summary.objective_status_counters = objective_counters(counters);
      const auto request = aws::from_json<api::CreateHyperParameterTuningJobRequest>(job.request);
      if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
      summary.resource_limits = request->hyper_parameter_tuning_job_config.resource_limits;
      out.hyper_parameter_tuning_job_summaries.push_back(std::move(summary));
    }
    if (page.next) out.next_token = print_token(*page.next, list->scope);
    return {};
  });
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
