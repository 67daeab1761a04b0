// SPDX-License-Identifier: Apache-2.0
//
// The errors of CloudWatch.
#pragma once

#include "aws/api_error.h"
#include "base/error.h"

#include <string>

namespace tunesmith::services::cloudwatch {

/// The domain's error as the service says it; what is ours is logged.
aws::ApiError api_error(const Error& error);

aws::ApiError invalid_value(std::string message);
aws::ApiError invalid_combination(std::string message);

}  // namespace tunesmith::services::cloudwatch
