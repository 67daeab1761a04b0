// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "training/lifecycle.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {

Outcome<api::CreateTrainingJobResponse> create_training_job(
    Service& service, const RequestContext& context, const api::CreateTrainingJobRequest& input) {
  auto spec = training_spec(input, service.limits);
  if (!spec) return spec.error();
  if (auto settled =
          settle_data(service, context, *spec, input.training_job_name, spec->checkpoint_s3_uri);
      !settled)
    return settled.error();

  const auto tags = store_tags(input.tags);
  if (!tags) return tags.error();
  store::TrainingJob job =
      training::new_training_job(context.region, input.training_job_name, service.clock.now());
  job.spec = training::print_training_spec(*spec);
  job.request = aws::to_json(input);
  const std::string arn = training_job_arn(context, job.name);
  const auto created = service.training_jobs.create(std::move(job), arn, *tags);
  if (!created && created.error().kind == ErrorKind::kAlreadyExists) {
    return in_use(
        fmt::format("Training job names must be unique within an AWS account and region, and a "
                    "training job with this "
                    "name already exists ({}).",
                    arn));
  }
  if (!created) return api_error(created.error());
  return api::CreateTrainingJobResponse{arn};
}

}  // namespace tunesmith::services::sagemaker
