// SPDX-License-Identifier: Apache-2.0
//
// What AWS answers to a request whose signature is missing or wrong. One failure has a different
// code, text and status in each family of services, and clients act on them (credentials are
// renewed at one code, clocks corrected at another). Pure functions.
#pragma once

#include "aws/api_error.h"
#include "base/clock.h"
#include "http/message.h"

#include <string>
#include <string_view>

namespace tunesmith::aws::sigv4 {

enum class Family {
  kJson,      // AWS JSON: SageMaker, CloudWatch, ...
  kRestJson,  // SageMaker runtime
  kQuery,     // STS, IAM
  kS3,
};

/// By the signing name of the credential scope.
Family family_of_service(std::string_view service, const http::Request& request);
/// When there is no scope: by what the request looks like.
Family guess_family(const http::Request& request);

ApiError missing_authentication(Family family);
/// `what` is what is wrong with the Authorization field, or with the query's parameters.
ApiError malformed_authentication(Family family, bool in_query, std::string_view what);
ApiError unsupported_mechanism(Family family);
ApiError unknown_key(Family family, std::string_view access_key_id);
ApiError bad_token(Family family);
ApiError expired_token(Family family);
ApiError wrong_region(Family family, std::string_view region);
ApiError skewed_time(Family family, std::string_view sent, Timestamp now, bool too_early,
                     Millis allowed);
ApiError expired_request(Family family, Timestamp expired_at, Timestamp now);
/// The texts help a client's author to find the difference; they hold no secret.
ApiError signature_mismatch(Family family, std::string_view access_key_id,
                            std::string_view signature, std::string_view string_to_sign,
                            std::string_view canonical_request);
ApiError unsigned_headers(Family family, std::string_view names);
ApiError body_too_large(Family family, std::size_t limit);
ApiError unreadable_body(Family family, std::string_view why);
ApiError payload_mismatch(Family family, std::string_view sent, std::string_view computed);
ApiError invalid_request(std::string_view what);

}  // namespace tunesmith::aws::sigv4
