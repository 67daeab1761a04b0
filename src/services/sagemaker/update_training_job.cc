// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

Outcome<api::UpdateTrainingJobResponse> update_training_job(
    Service& service, const RequestContext& context, const api::UpdateTrainingJobRequest& input) {
  if (input.profiler_config || input.profiler_rule_configurations || input.remote_debug_config) {
    return invalid(
        "ProfilerConfig, ProfilerRuleConfigurations and RemoteDebugConfig cannot be updated here; "
        "can be: ResourceConfig.");
  }
  if (!input.resource_config) return invalid("There is nothing to update: give a ResourceConfig.");
  const auto updated = service.training_jobs.keep_alive(
      context.region, input.training_job_name, input.resource_config->keep_alive_period_in_seconds);
  if (!updated && updated.error().kind == ErrorKind::kNotFound) return no_training_job();
  if (!updated && updated.error().kind == ErrorKind::kConflict) {
    return invalid("The request was rejected: " + updated.error().message + ".");
  }
  if (!updated) return api_error(updated.error());
  return api::UpdateTrainingJobResponse{training_job_arn(context, input.training_job_name)};
}

}  // namespace tunesmith::services::sagemaker
