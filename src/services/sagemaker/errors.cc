// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/errors.h"

#include "base/log.h"

#include <fmt/core.h>

#include <cmath>

namespace tunesmith::services::sagemaker {

aws::ApiError api_error(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return {"ResourceNotFound", error.message, 400};
    case ErrorKind::kAlreadyExists:
      return {"ResourceInUse", error.message, 400};
    case ErrorKind::kInvalid:
      return {"ValidationException", error.message, 400};
    case ErrorKind::kConflict:
      return {"ValidationException", error.message, 400};
    case ErrorKind::kDenied:
      return {"AccessDeniedException", error.message, 400};
    case ErrorKind::kLimitExceeded:
      return {"ResourceLimitExceeded", error.message, 400};
    case ErrorKind::kUnavailable:
      return {"ServiceUnavailable", "The service is not available now. Retry.", 503};
    case ErrorKind::kCorrupt:
    case ErrorKind::kInternal:
      break;
  }
  log::error("sagemaker: {}", error.message);
  return {"InternalFailure", "The request processing has failed because of an internal error.",
          500};
}

aws::ApiError invalid(std::string message) {
  return {"ValidationException", std::move(message), 400};
}

aws::Outcome<void> check_finite(std::string_view member, const std::optional<double>& value) {
  if (!value || std::isfinite(*value)) return {};
  return invalid(fmt::format("{} must be a finite number.", member));
}

aws::ApiError no_tuning_job(const std::string& name) {
  return {"ResourceNotFound", fmt::format("Could not find hyperparameter tuning job '{}'.", name),
          400};
}
aws::ApiError no_training_job() { return invalid("Requested resource not found."); }
aws::ApiError in_use(std::string message) { return {"ResourceInUse", std::move(message), 400}; }

aws::ApiError limit_exceeded(std::string_view limit_name, std::int64_t limit, std::int64_t used,
                             std::int64_t delta) {
  return {"ResourceLimitExceeded",
          fmt::format("The account-level service limit '{}' is {}, with current utilization of {} "
                      "and a request delta of {}. Please use AWS Service Quotas to request an "
                      "increase for this quota, which here is `tunesmith serve --limit`.",
                      limit_name, limit, used, delta),
          400};
}

aws::ApiError wrong_status(std::string_view what, std::string_view status) {
  return invalid(
      fmt::format("The request was rejected because the {} is in status {}.", what, status));
}

}  // namespace tunesmith::services::sagemaker
