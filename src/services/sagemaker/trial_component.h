// SPDX-License-Identifier: Apache-2.0
//
// The experiment entities that the service makes by itself: a trial component of each training job,
// in a trial and an experiment of its tuning job. Nothing is stored for them; a job's row and
// series are what they show. Private to this folder.
#pragma once

#include "services/sagemaker/operations.h"
#include "store/store.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

std::string trial_component_name(const store::TrainingJob& job);
std::string trial_component_arn(const RequestContext& context, const store::TrainingJob& job);
/// The name of the training job that a component's name or ARN means.
std::string job_of_trial_component(std::string_view text);

/// The name of a tuning job's experiment, and of its only trial.
std::string experiment_name(std::string_view tuning_job);
/// The tuning job that an experiment or a trial belongs to; none: it is no name of one.
std::optional<std::string> tuning_job_of_experiment(std::string_view name);

api::TrialComponentSource trial_component_source(const RequestContext& context,
                                                 const store::TrainingJob& job);
api::TrialComponentStatus trial_component_status(const store::TrainingJob& job);

/// What Describe says. `job`: what it says of the training job.
Result<api::DescribeTrialComponentResponse> described_trial_component(
    store::Reader& r, const RequestContext& context, const store::TrainingJob& row,
    const api::DescribeTrainingJobResponse& job);

}  // namespace tunesmith::services::sagemaker
