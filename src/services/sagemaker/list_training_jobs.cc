// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/pages.h"

namespace tunesmith::services::sagemaker {

Outcome<api::ListTrainingJobsResponse> list_training_jobs(
    Service& service, const RequestContext& context, const api::ListTrainingJobsRequest& input) {
  auto list = listing(context, input, "training-jobs", "CreationTime");
  if (!list) return list.error();
  // No job here runs on a training plan, and warm pools are not kept: such filters match nothing.
  if (input.training_plan_arn_equals || input.warm_pool_status_equals) list->query.limit = 0;
  api::ListTrainingJobsResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto page, r.training_jobs(list->query));
    for (const auto& job : page.rows) {
      api::TrainingJobSummary summary;
      summary.training_job_name = job.name;
      summary.training_job_arn = training_job_arn(context, job.name);
      summary.creation_time = job.created;
      summary.training_end_time = job.ended;
      summary.last_modified_time = job.modified;
      summary.training_job_status = std::string(store::to_string(job.status));
      summary.secondary_status = job.secondary_status;
      out.training_job_summaries.push_back(std::move(summary));
    }
    if (page.next) out.next_token = print_token(*page.next, list->scope);
    return {};
  });
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
