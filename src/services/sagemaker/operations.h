// SPDX-License-Identifier: Apache-2.0
//
// The SageMaker operations that this server answers, one function and one file each, and what they
// work on. register_operations() is the list.
#pragma once

#include "aws/operation_table.h"
#include "base/clock.h"
#include "orchestration/tuning_jobs.h"
#include "services/sagemaker/limits.h"
#include "store/identities.h"
#include "store/store.h"
#include "training/input_source.h"
#include "training/training_jobs.h"

#include "tunesmith/api/sagemaker/operations.h"

#include <string>

#include "inference/endpoints.h"
#include "inference/transform_jobs.h"

namespace tunesmith::services::sagemaker {

namespace api = tunesmith::api::sagemaker;
using aws::Outcome;
using aws::RequestContext;

/// What the operations share. All members outlive the operation table.
struct Service {
  store::Store& store;
  const Clock& clock;
  orchestration::TuningJobs& tuning_jobs;
  training::TrainingJobs& training_jobs;
  training::InputSource& inputs;
  training::ArtifactStore& artifacts;
  const store::Identities& identities;
  inference::Endpoints& endpoints;
  inference::TransformJobs& transforms;
  inference::ModelArtifacts& model_artifacts;
  Limits limits{};
};

void register_operations(aws::OperationTable& table, Service& service);

Outcome<api::CreateHyperParameterTuningJobResponse> create_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::CreateHyperParameterTuningJobRequest& input);
Outcome<api::DescribeHyperParameterTuningJobResponse> describe_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::DescribeHyperParameterTuningJobRequest& input);
Outcome<api::ListHyperParameterTuningJobsResponse> list_hyper_parameter_tuning_jobs(
    Service& service, const RequestContext& context,
    const api::ListHyperParameterTuningJobsRequest& input);
Outcome<api::ListTrainingJobsForHyperParameterTuningJobResponse>
list_training_jobs_for_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::ListTrainingJobsForHyperParameterTuningJobRequest& input);
Outcome<aws::NoOutput> stop_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::StopHyperParameterTuningJobRequest& input);
Outcome<aws::NoOutput> delete_hyper_parameter_tuning_job(
    Service& service, const RequestContext& context,
    const api::DeleteHyperParameterTuningJobRequest& input);

Outcome<api::CreateTrainingJobResponse> create_training_job(
    Service& service, const RequestContext& context, const api::CreateTrainingJobRequest& input);
Outcome<api::DescribeTrainingJobResponse> describe_training_job(
    Service& service, const RequestContext& context, const api::DescribeTrainingJobRequest& input);
Outcome<api::ListTrainingJobsResponse> list_training_jobs(
    Service& service, const RequestContext& context, const api::ListTrainingJobsRequest& input);
Outcome<api::UpdateTrainingJobResponse> update_training_job(
    Service& service, const RequestContext& context, const api::UpdateTrainingJobRequest& input);
Outcome<aws::NoOutput> stop_training_job(Service& service, const RequestContext& context,
                                         const api::StopTrainingJobRequest& input);
Outcome<aws::NoOutput> delete_training_job(Service& service, const RequestContext& context,
                                           const api::DeleteTrainingJobRequest& input);

Outcome<api::ListTrialComponentsResponse> list_trial_components(
    Service& service, const RequestContext& context, const api::ListTrialComponentsRequest& input);
Outcome<api::DescribeTrialComponentResponse> describe_trial_component(
    Service& service, const RequestContext& context,
    const api::DescribeTrialComponentRequest& input);

Outcome<api::SearchResponse> search(Service& service, const RequestContext& context,
                                    const api::SearchRequest& input);

Outcome<api::AddTagsOutput> add_tags(Service& service, const RequestContext& context,
                                     const api::AddTagsInput& input);
Outcome<api::ListTagsOutput> list_tags(Service& service, const RequestContext& context,
                                       const api::ListTagsInput& input);
Outcome<api::DeleteTagsOutput> delete_tags(Service& service, const RequestContext& context,
                                           const api::DeleteTagsInput& input);

}  // namespace tunesmith::services::sagemaker
