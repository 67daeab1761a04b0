// SPDX-License-Identifier: Apache-2.0
//
// Between the wire's types and the domain's. From the wire: what the model's constraints cannot say
// is checked here, in the service's words, before anything is stored. To the wire: what Describe
// and List show of a row, with the members that clients index although the request had none.
#pragma once

#include "aws/api_error.h"
#include "aws/request_context.h"
#include "orchestration/tuning_spec.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"
#include "store/records.h"
#include "training/training_spec.h"

#include "tunesmith/api/sagemaker/types.h"

namespace tunesmith::services::sagemaker {

/// ValidationException for a request that could never train: unknown image, hyperparameter,
/// channel.
Outcome<training::TrainingSpec> training_spec(const api::CreateTrainingJobRequest& request,
                                              const Limits& limits);
Outcome<orchestration::TuningSpec> tuning_spec(
    const api::CreateHyperParameterTuningJobRequest& request, const Limits& limits);

/// Decides whose rights the job has (TrainingSpec::acting_role) and checks with them that its data
/// is there and may be read, and that what the training job `job` puts out and keeps in the folder
/// `checkpoints` (empty: nothing) may be stored. ValidationException when not.
Outcome<void> settle_data(const Service& service, const RequestContext& context,
                          training::TrainingSpec& spec, const std::string& job,
                          const std::string& checkpoints);

/// The name of the role behind an ARN. Notebooks bring roles of their owners' AWS accounts, which
/// are not here: for the owner of this server such a job has the owner's rights, and the name is
/// empty. Nobody else may name a role that is not here, and nobody one that does not trust
/// SageMaker to act as it. `source_arn`: of what is to act, for the trust policy's conditions.
Outcome<std::string> acting_role(const Service& service, const RequestContext& context,
                                 const std::string& arn, const std::string& source_arn);

/// ValidationException for reserved ("aws:...") and repeated keys.
Outcome<std::vector<store::Tag>> store_tags(const std::optional<std::vector<api::Tag>>& tags);

/// The definitions of a job, whichever way it gives them; `index` is that of the trials' rows.
std::size_t definition_count(const api::CreateHyperParameterTuningJobRequest& request);
const api::HyperParameterTrainingJobDefinition& definition_at(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index);
/// The definition's own objective, else the job's.
api::HyperParameterTuningJobObjective objective_at(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index);

/// The definition as Describe shows it: metric definitions, objective and resource configuration
/// filled in.
api::HyperParameterTrainingJobDefinition described_definition(
    const api::CreateHyperParameterTuningJobRequest& request, std::size_t index);
/// The configuration as Describe shows it: defaults filled in, all three lists of ranges present.
api::HyperParameterTuningJobConfig described_config(
    const api::CreateHyperParameterTuningJobRequest& request);
/// What trials run on: ResourceConfig, or what stands for it in tuning jobs.
api::ResourceConfig resource_config(const api::HyperParameterTrainingJobDefinition& definition);

/// What Describe says of a job. `tuning`: the request of a trial's tuning job.
Result<api::DescribeHyperParameterTuningJobResponse> described_tuning_job(
    store::Reader& r, const RequestContext& context, const store::TuningJob& job, Timestamp now);
Result<api::DescribeTrainingJobResponse> described_training_job(
    const RequestContext& context, const store::TrainingJob& job,
    const std::optional<api::CreateHyperParameterTuningJobRequest>& tuning);

/// Of a job that has, or had, a warm pool.
Result<std::optional<api::WarmPoolStatus>> warm_pool_status(store::Reader& r,
                                                            const store::TrainingJob& job,
                                                            Timestamp now);

api::HyperParameterTrainingJobSummary trial_summary(
    const RequestContext& context, const api::CreateHyperParameterTuningJobRequest& request,
    const store::TrainingJob& trial);
/// The best trial of a tuning job. Objectives of several definitions are compared as they are where
/// their Type is the first one's; a definition that goes the other way counts only when nothing
/// else is there.
Result<std::optional<store::TrainingJob>> best_trial(
    store::Reader& r, const api::CreateHyperParameterTuningJobRequest& request,
    std::int64_t tuning_job_id);
api::TrainingJobStatusCounters status_counters(const store::TrialCounters& counters);
api::ObjectiveStatusCounters objective_counters(const store::TrialCounters& counters);

/// The metric definitions of the built-in algorithm of that image, as the service fills them in.
/// `objective`: the objective metric of a tuning job, which its trials call ObjectiveMetric, too;
/// empty: there is none.
std::vector<api::MetricDefinition> builtin_metric_definitions(
    const std::optional<std::string>& training_image, std::string_view objective);

}  // namespace tunesmith::services::sagemaker
