// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"
#include "services/sagemaker/convert.h"
#include "services/sagemaker/errors.h"
#include "services/sagemaker/warm_start.h"

#include "tunesmith/api/sagemaker/shapes.h"

namespace tunesmith::services::sagemaker {

Result<api::DescribeHyperParameterTuningJobResponse> described_tuning_job(
    store::Reader& r, const RequestContext& context, const store::TuningJob& job, Timestamp now) {
  TUNESMITH_TRY(const auto counters, r.trial_counters(job.id));
  api::DescribeHyperParameterTuningJobResponse out;
  out.hyper_parameter_tuning_job_name = job.name;
  out.hyper_parameter_tuning_job_arn = tuning_job_arn(context, job.name);
  out.hyper_parameter_tuning_job_status = std::string(store::to_string(job.status));
  out.creation_time = job.created;
  out.hyper_parameter_tuning_end_time = job.ended;
  out.last_modified_time = job.modified;
  out.training_job_status_counters = status_counters(counters);
  out.objective_status_counters = objective_counters(counters);
  if (!job.failure_reason.empty()) out.failure_reason = job.failure_reason;
  auto request = aws::from_json<api::CreateHyperParameterTuningJobRequest>(job.request);
  if (!request) {
    // A damaged row: what else there is of the job is shown all the same.
    if (!out.failure_reason) {
      out.failure_reason =
          "InternalServerError: the stored request cannot be read: " + request.error().message;
    }
    return out;
  }
  std::optional<store::TrainingJob> best;
  if (counters.objective_succeeded > 0) {
    TUNESMITH_TRY(best, best_trial(r, *request, job.id));
  }
  out.hyper_parameter_tuning_job_config = described_config(*request);
  // Never both: which one is there tells clients what kind of job it is.
  if (request->training_job_definitions) {
    out.training_job_definitions.emplace();
    for (std::size_t i = 0; i < definition_count(*request); ++i) {
      out.training_job_definitions->push_back(described_definition(*request, i));
    }
  } else {
    out.training_job_definition = described_definition(*request, 0);
  }
  if (best) {
    out.best_training_job = trial_summary(context, *request, *best);
  }
  if (request->warm_start_config) {
    TUNESMITH_TRY(out.overall_best_training_job, overall_best(r, context, *request, job, best));
  }
  out.warm_start_config = request->warm_start_config;
  out.autotune = request->autotune;
  out.tuning_job_completion_details.emplace();
  out.tuning_job_completion_details->number_of_training_jobs_objective_not_improving =
      static_cast<std::int32_t>(job.not_improving);
  out.tuning_job_completion_details->convergence_detected_time = job.converged;
  const Timestamp until = job.ended.value_or(now);
  out.consumed_resources.emplace();
  out.consumed_resources->runtime_in_seconds = static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(until - job.created).count());
  return out;
}

Outcome<api::DescribeHyperParameterTuningJobResponse> describe_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::DescribeHyperParameterTuningJobRequest& input) {
  api::DescribeHyperParameterTuningJobResponse out;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(const store::TuningJob job,
                  r.tuning_job(context.region, input.hyper_parameter_tuning_job_name));
    TUNESMITH_TRY(out, described_tuning_job(r, context, job, service.clock.now()));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) {
    return no_tuning_job(input.hyper_parameter_tuning_job_name);
  }
  if (!read) return api_error(read.error());
  return out;
}

}  // namespace tunesmith::services::sagemaker
