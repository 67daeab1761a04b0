// SPDX-License-Identifier: Apache-2.0
//
// Autotune: what a tuning request leaves open is filled in before anything else looks at it.
// Private to this folder.
#pragma once

#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

/// The request as it is stored and run. With Autotune: AutoParameters become ranges where the
/// algorithm can be tuned in them, and static hyperparameters where not; without any range, all
/// that the algorithm recommends are tuned that are not static; early stopping and completion on
/// convergence are on unless the request says otherwise. ValidationException for AutoParameters
/// without Autotune, and for an image that is not a built-in one.
Outcome<api::CreateHyperParameterTuningJobRequest> resolve_autotune(
    const api::CreateHyperParameterTuningJobRequest& request);

}  // namespace tunesmith::services::sagemaker
