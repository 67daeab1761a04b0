// SPDX-License-Identifier: Apache-2.0
//
// The hyperparameter ranges of a tuning request. Private to this folder.
#pragma once

#include "orchestration/tuning_spec.h"
#include "services/sagemaker/operations.h"

#include <optional>
#include <vector>

namespace tunesmith::services::sagemaker {

/// In the order continuous, integer, categorical. ValidationException for a range that holds no
/// value, for none at all and for too many.
Outcome<std::vector<orchestration::ParameterRange>> parameter_ranges(
    const std::optional<api::ParameterRanges>& wire, const Limits& limits);

/// How many different configurations there are; nothing when a range is continuous.
std::optional<double> combinations(const std::vector<orchestration::ParameterRange>& ranges);

}  // namespace tunesmith::services::sagemaker
