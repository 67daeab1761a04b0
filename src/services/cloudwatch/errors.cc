// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/errors.h"

#include "base/log.h"

namespace tunesmith::services::cloudwatch {

aws::ApiError api_error(const Error& error) {
  if (error.kind == ErrorKind::kInvalid) return invalid_value(error.message);
  if (error.kind == ErrorKind::kLimitExceeded) return {"LimitExceeded", error.message, 400};
  log::error("cloudwatch: {}", error.message);
  return {"InternalServiceError", "The request processing has failed because of an internal error.",
          500};
}

aws::ApiError invalid_value(std::string message) {
  return {"InvalidParameterValue", std::move(message), 400};
}
aws::ApiError invalid_combination(std::string message) {
  return {"InvalidParameterCombination", std::move(message), 400};
}

}  // namespace tunesmith::services::cloudwatch
