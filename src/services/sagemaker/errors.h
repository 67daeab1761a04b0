// SPDX-License-Identifier: Apache-2.0
//
// The one table from the domain's errors to SageMaker's codes, and the texts that the service uses
// itself.
#pragma once

#include "aws/api_error.h"
#include "base/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

/// kind -> (code, status). Internal faults show no detail.
aws::ApiError api_error(const Error& error);

/// ValidationException.
aws::ApiError invalid(std::string message);
/// ValidationException for one of the texts that stand for numbers which JSON has not: "NaN",
/// "Infinity", "-Infinity".
aws::Outcome<void> check_finite(std::string_view member, const std::optional<double>& value);
/// What Describe, Stop and Delete say of an unknown tuning job, and of an unknown training job.
aws::ApiError no_tuning_job(const std::string& name);
aws::ApiError no_training_job();
aws::ApiError in_use(std::string message);
/// ResourceLimitExceeded, in the service's words: `used` of `limit` are taken, and the request asks
/// for `delta` more.
aws::ApiError limit_exceeded(std::string_view limit_name, std::int64_t limit, std::int64_t used,
                             std::int64_t delta);
/// A request for what cannot be done in the job's status.
aws::ApiError wrong_status(std::string_view what, std::string_view status);

}  // namespace tunesmith::services::sagemaker
