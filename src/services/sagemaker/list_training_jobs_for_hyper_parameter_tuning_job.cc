// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/pages.h"

#include "tunesmith/api/sagemaker/shapes.h"

namespace tunesmith::services::sagemaker {

Outcome<api::ListTrainingJobsForHyperParameterTuningJobResponse>
list_training_jobs_for_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::ListTrainingJobsForHyperParameterTuningJobRequest& input) {
  auto list = listing(context, input, "trials/" + input.hyper_parameter_tuning_job_name, "Name");
  if (!list) return list.error();
  api::ListTrainingJobsForHyperParameterTuningJobResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const store::TuningJob job,
                  r.tuning_job(context.region, input.hyper_parameter_tuning_job_name));
    const auto request = aws::from_json<api::CreateHyperParameterTuningJobRequest>(job.request);
    if (!request) return Error(ErrorKind::kCorrupt, request.error().message);
    list->query.tuning_job_id = job.id;
    TUNESMITH_TRY(const auto page, r.training_jobs(list->query));
    for (const auto& trial : page.rows) {
      out.training_job_summaries.push_back(trial_summary(context, *request, trial));
    }
    if (page.next) out.next_token = print_token(*page.next, list->scope);
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) {
    return no_tuning_job(input.hyper_parameter_tuning_job_name);
  }
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
