// SPDX-License-Identifier: Apache-2.0
//
// WarmStartConfig: the parents of a new tuning job, checked, and what is known from them. Private
// to this folder.
#pragma once

#include "orchestration/tuning_spec.h"
#include "services/sagemaker/operations.h"
#include "store/store.h"

#include <vector>

namespace tunesmith::services::sagemaker {

/// The trials of the parents of `request` as configurations of the new job's definitions, and who
/// the parents are in `spec`. A parent that was itself warm-started on identical data brings its
/// own parents along. Empty without WarmStartConfig. ValidationException for parents that are
/// unknown or still run, and for what must not differ from them.
Outcome<std::vector<store::ParentTrial>> warm_start(
    store::Store& store, const RequestContext& context,
    const api::CreateHyperParameterTuningJobRequest& request, orchestration::TuningSpec& spec);

/// The best trial of a job and its parents, for a warm start on identical data; nothing when there
/// is none.
Result<std::optional<api::HyperParameterTrainingJobSummary>> overall_best(
    store::Reader& r, const RequestContext& context,
    const api::CreateHyperParameterTuningJobRequest& request, const store::TuningJob& job,
    const std::optional<store::TrainingJob>& own_best);

}  // namespace tunesmith::services::sagemaker
