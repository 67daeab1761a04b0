// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "base/random.h"
#include "services/sagemaker/autotune.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/warm_start.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {

Outcome<api::CreateHyperParameterTuningJobResponse> create_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::CreateHyperParameterTuningJobRequest& given) {
  const auto resolved = resolve_autotune(given);
  if (!resolved) return resolved.error();
  const api::CreateHyperParameterTuningJobRequest& input = *resolved;
  auto spec = tuning_spec(input, service.limits);
  if (!spec) return spec.error();
  const auto parents = warm_start(service.store, context, input, *spec);
  if (!parents) return parents.error();
  // Named as trials are: what a role may do is judged at each launch again, for the trial's name.
  const std::string trial = input.hyper_parameter_tuning_job_name + "-001-00000000";
  for (auto& definition : spec->definitions) {
    training::TrainingSpec& training = definition.training;
    const std::string checkpoints = training.checkpoint_s3_uri.empty()
                                        ? std::string()
                                        : training::uri_below(training.checkpoint_s3_uri, trial);
    if (auto settled = settle_data(service, context, training, trial, checkpoints); !settled)
      return settled.error();
  }

  std::int64_t live = 0;
  const auto counted = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const auto jobs, r.live_tuning_jobs());
    live = static_cast<std::int64_t>(jobs.size());
    return {};
  });
  if (!counted) return api_error(counted.error());
  if (live >= service.limits.max_live_tuning_jobs) {
    return limit_exceeded("Number of concurrent hyperparameter tuning jobs",
                          service.limits.max_live_tuning_jobs, live, 1);
  }
  auto tags = store_tags(input.tags);
  if (!tags) return tags.error();
  spec->trial_arn_prefix = training_job_arn(context, "");
  spec->trial_tags = *tags;
  store::TuningJob job;
  job.region = context.region;
  job.name = input.hyper_parameter_tuning_job_name;
  job.created = job.modified = service.clock.now();
  job.strategy = spec->strategy;
  job.spec = orchestration::print_tuning_spec(*spec);
  job.request = aws::to_json(input);
  const auto& seed = input.hyper_parameter_tuning_job_config.random_seed;
  // Without a RandomSeed each job searches its own way.
  job.seed = seed ? *seed : static_cast<std::int64_t>(std::stoull(random_hex(7), nullptr, 16));

  const std::string arn = tuning_job_arn(context, job.name);
  const auto created = service.tuning_jobs.create(std::move(job), arn, *tags, *parents);
  if (!created && created.error().kind == ErrorKind::kAlreadyExists) {
    return in_use(fmt::format(
        "Hyperparameter tuning job names must be unique within an AWS account and region, and a "
        "hyperparameter tuning job with this name already exists ({}).",
        arn));
  }
  if (!created) return api_error(created.error());
  return api::CreateHyperParameterTuningJobResponse{arn};
}

}  // namespace tunesmith::services::sagemaker
