// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

Outcome<aws::NoOutput> delete_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::DeleteHyperParameterTuningJobRequest& input) {
  const std::string& name = input.hyper_parameter_tuning_job_name;
  const auto erased =
      service.tuning_jobs.erase(context.region, name, tuning_job_arn(context, name));
  if (erased) return aws::NoOutput{};
  if (erased.error().kind == ErrorKind::kNotFound) return no_tuning_job(name);
  if (erased.error().kind != ErrorKind::kConflict) return api_error(erased.error());
  return invalid(
      "The request was rejected because the hyperparameter tuning job is still running: " +
      erased.error().message + ".");
}

}  // namespace tunesmith::services::sagemaker
