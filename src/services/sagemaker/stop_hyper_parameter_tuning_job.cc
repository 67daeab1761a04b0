// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

Outcome<aws::NoOutput> stop_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::StopHyperParameterTuningJobRequest& input) {
  const std::string& name = input.hyper_parameter_tuning_job_name;
  const auto stopped = service.tuning_jobs.request_stop(context.region, name);
  if (stopped) return aws::NoOutput{};
  if (stopped.error().kind == ErrorKind::kNotFound) return no_tuning_job(name);
  if (stopped.error().kind != ErrorKind::kConflict) return api_error(stopped.error());
  return invalid("The request was rejected because the hyperparameter tuning job has ended: " +
                 stopped.error().message + ".");
}

}  // namespace tunesmith::services::sagemaker
