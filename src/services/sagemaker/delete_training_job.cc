// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

Outcome<aws::NoOutput> delete_training_job(Service& service, const RequestContext& context,
                                           const api::DeleteTrainingJobRequest& input) {
  const std::string& name = input.training_job_name;
  const auto erased =
      service.training_jobs.erase(context.region, name, training_job_arn(context, name));
  if (erased) return aws::NoOutput{};
  if (erased.error().kind == ErrorKind::kNotFound) return no_training_job();
  if (erased.error().kind == ErrorKind::kConflict) {
    return in_use("The request was rejected: " + erased.error().message + ".");
  }
  return api_error(erased.error());
}

}  // namespace tunesmith::services::sagemaker
