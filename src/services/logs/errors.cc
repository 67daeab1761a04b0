// SPDX-License-Identifier: Apache-2.0
#include "services/logs/errors.h"

#include "base/log.h"

namespace tunesmith::services::logs {

aws::ApiError api_error(const Error& error) {
  if (error.kind == ErrorKind::kInvalid) return invalid(error.message);
  log::error("logs: {}", error.message);
  return {"ServiceUnavailableException", "The service cannot complete the request.", 500};
}

aws::ApiError invalid(std::string message) {
  return {"InvalidParameterException", std::move(message), 400};
}
aws::ApiError no_group() {
  return {"ResourceNotFoundException", "The specified log group does not exist.", 400};
}
aws::ApiError no_stream() {
  return {"ResourceNotFoundException", "The specified log stream does not exist.", 400};
}

}  // namespace tunesmith::services::logs
