// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

Outcome<aws::NoOutput> stop_training_job(Service& service, const RequestContext& context,
                                         const api::StopTrainingJobRequest& input) {
  store::TrainingJob job;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(job, r.training_job(context.region, input.training_job_name));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) return no_training_job();
  if (!read) return api_error(read.error());
  if (job.ended) return wrong_status("training job", store::to_string(job.status));
  const auto stopped = service.training_jobs.request_stop(job.id);
  if (stopped) return aws::NoOutput{};
  // It ended between the two.
  if (stopped.error().kind == ErrorKind::kConflict) return invalid(stopped.error().message);
  return api_error(stopped.error());
}

}  // namespace tunesmith::services::sagemaker
