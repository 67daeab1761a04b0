// SPDX-License-Identifier: Apache-2.0
//
// From the domain's errors to S3's codes, texts and statuses, and those that only the wire knows.
#pragma once

#include "aws/api_error.h"
#include "base/result.h"

#include <string>
#include <string_view>
#include <utility>

namespace tunesmith::services::s3 {

/// What a request is about, for the members of its error.
struct Subject {
  std::string_view bucket;
  std::string_view key{};
  std::string_view upload_id{};
};

aws::ApiError to_api_error(const Error& error, const Subject& subject);

/// A result of the domain as an operation's outcome.
template <class T>
aws::Outcome<T> outcome(Result<T> result, const Subject& subject) {
  if (!result) return to_api_error(result.error(), subject);
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return aws::Outcome<T>(std::move(*result));
  }
}

aws::ApiError invalid_argument(std::string message, std::string_view name, std::string_view value);
aws::ApiError invalid_request(std::string message);
/// The request asks for something that Tunesmith refuses on purpose; `header` names it.
aws::ApiError not_implemented(std::string_view header);
aws::ApiError malformed_xml();
aws::ApiError precondition_failed(std::string_view condition);
aws::ApiError bad_digest(std::string message);

}  // namespace tunesmith::services::s3
