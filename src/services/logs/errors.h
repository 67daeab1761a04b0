// SPDX-License-Identifier: Apache-2.0
//
// The errors of CloudWatch Logs.
#pragma once

#include "aws/api_error.h"
#include "base/error.h"

#include <string>

namespace tunesmith::services::logs {

/// The domain's error as the service says it; what is ours is logged.
aws::ApiError api_error(const Error& error);

aws::ApiError invalid(std::string message);
aws::ApiError no_group();
aws::ApiError no_stream();

}  // namespace tunesmith::services::logs
