// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/convert.h"
#include "services/sagemaker/pages.h"

namespace tunesmith::services::sagemaker {
namespace {

constexpr std::size_t kMostExamined = 10'000;  // rows, for a filter that the store does not know

}  // namespace

Outcome<api::ListTrainingJobsResponse> list_training_jobs(
    Service& service, const RequestContext& context, const api::ListTrainingJobsRequest& input) {
  auto list = listing(context, input, "training-jobs", "CreationTime");
  if (!list) return list.error();
  // No job here runs on a training plan: such a filter matches nothing.
  if (input.training_plan_arn_equals) list->query.limit = 0;
  const Timestamp now = service.clock.now();
  const std::size_t wanted = list->query.limit;
  if (input.warm_pool_status_equals && wanted > 0) list->query.limit = kMostExamined;
  api::ListTrainingJobsResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto page, r.training_jobs(list->query));
    const store::TrainingJob* last = nullptr;
    for (const auto& job : page.rows) {
      if (out.training_job_summaries.size() == wanted && last != nullptr) {
        out.next_token = print_token(store::cursor_after(*last, list->query.sort_by), list->scope);
        return {};
      }
      last = &job;
      api::TrainingJobSummary summary;
      TUNESMITH_TRY(summary.warm_pool_status, warm_pool_status(r, job, now));
      if (input.warm_pool_status_equals &&
          (!summary.warm_pool_status ||
           summary.warm_pool_status->status != *input.warm_pool_status_equals)) {
        continue;
      }
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
