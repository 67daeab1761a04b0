// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/errors.h"

#include "aws/sigv4/regions.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/core.h>

#include <chrono>
#include <utility>

namespace tunesmith::aws::sigv4 {
namespace {

constexpr std::string_view kMismatchText =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";

// AWS JSON answers 400 to nearly everything; the others 403 to who may not come in.
int refused_status(Family family) { return family == Family::kJson ? 400 : 403; }

ApiError by_family(Family family, std::string_view json_code, std::string_view query_code,
                   std::string_view s3_code, std::string_view text, std::string_view s3_text) {
  ApiError error;
  error.code = family == Family::kS3 ? s3_code : family == Family::kQuery ? query_code : json_code;
  error.message = family == Family::kS3 ? s3_text : text;
  error.status = refused_status(family);
  return error;
}

}  // namespace

Family family_of_service(std::string_view service, const http::Request& request) {
  if (service == "s3") return Family::kS3;
  if (service == "sts" || service == "iam") return Family::kQuery;
  if (request.headers.has("x-amz-target")) return Family::kJson;
  if (request.path() != "/") return Family::kRestJson;
  return request.headers.get_or("content-type", "").find("x-www-form-urlencoded") !=
                 std::string_view::npos
             ? Family::kQuery
             : Family::kJson;
}

Family guess_family(const http::Request& request) {
  if (request.headers.has("x-amz-target")) return Family::kJson;
  const bool is_form = request.headers.get_or("content-type", "").find("x-www-form-urlencoded") !=
                       std::string_view::npos;
  if (request.method == "POST" && request.path() == "/" && is_form) return Family::kQuery;
  if (request.authority.starts_with("sts.") || request.authority.starts_with("iam."))
    return Family::kQuery;
  if (request.path().substr(0, 11) == "/endpoints/" && request.method == "POST") {
    return Family::kRestJson;
  }
  return Family::kS3;
}

ApiError missing_authentication(Family family) {
  return by_family(family, "MissingAuthenticationTokenException", "MissingAuthenticationToken",
                   "AccessDenied", "Request is missing Authentication Token", "Access Denied");
}

ApiError malformed_authentication(Family family, bool in_query, std::string_view what) {
  const std::string text = family == Family::kS3 && !in_query
                               ? fmt::format("The authorization header is malformed; {}", what)
                               : std::string(what);
  ApiError error = by_family(
      family, "IncompleteSignatureException", "IncompleteSignature",
      in_query ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed", text, text);
  error.status = 400;
  return error;
}

ApiError unsupported_mechanism(Family family) {
  if (family != Family::kS3) {
    return malformed_authentication(
        family, false, "The authorization mechanism is not supported; use AWS4-HMAC-SHA256.");
  }
  return {"InvalidRequest",
          "The authorization mechanism you have provided is not supported. Please use "
          "AWS4-HMAC-SHA256.",
          400};
}

ApiError unknown_key(Family family, std::string_view access_key_id) {
  ApiError error =
      by_family(family, "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId",
                "The security token included in the request is invalid.",
                "The AWS Access Key Id you provided does not exist in our records.");
  if (family == Family::kS3) error.details.emplace_back("AWSAccessKeyId", access_key_id);
  return error;
}

ApiError bad_token(Family family) {
  ApiError error =
      by_family(family, "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken",
                "The security token included in the request is invalid.",
                "The provided token is malformed or otherwise invalid.");
  if (family == Family::kS3) error.status = 400;
  return error;
}

ApiError expired_token(Family family) {
  ApiError error = by_family(family, "ExpiredTokenException", "ExpiredToken", "ExpiredToken",
                             "The security token included in the request is expired",
                             "The provided token has expired.");
  if (family == Family::kS3) error.status = 400;
  return error;
}

ApiError wrong_region(Family family, std::string_view region) {
  if (family == Family::kS3) {
    ApiError error = malformed_authentication(
        family, false,
        fmt::format("the region '{}' is wrong; expecting '{}'", region, kDefaultRegion));
    error.details.emplace_back("Region", kDefaultRegion);
    return error;
  }
  const std::string text = fmt::format(
      "Credential should be scoped to a valid region. '{}' is no region of the aws partition.",
      region);
  return by_family(family, "InvalidSignatureException", "SignatureDoesNotMatch", "", text, "");
}

ApiError skewed_time(Family family, std::string_view sent, Timestamp now, bool too_early,
                     Millis allowed) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(allowed).count();
  const std::string server = format_basic_iso8601(now);
  const std::string text =
      too_early ? fmt::format("Signature not yet current: {} is still later than {} ({} + {} min.)",
                              sent, format_basic_iso8601(now + allowed), server, minutes)
                : fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)", sent,
                              format_basic_iso8601(now - allowed), server, minutes);
  ApiError error = by_family(
      family, "InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", text,
      "The difference between the request time and the current time is too large.");
  if (family == Family::kS3) {
    error.details = {{"RequestTime", std::string(sent)},
                     {"ServerTime", format_iso8601(now)},
                     {"MaxAllowedSkewMilliseconds", std::to_string(allowed.count())}};
  }
  return error;
}

ApiError expired_request(Family family, Timestamp expired_at, Timestamp now) {
  ApiError error =
      by_family(family, "InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied",
                fmt::format("Signature expired: {} is now earlier than {}",
                            format_basic_iso8601(expired_at), format_basic_iso8601(now)),
                "Request has expired");
  if (family == Family::kS3) {
    error.details = {{"Expires", format_iso8601(expired_at)}, {"ServerTime", format_iso8601(now)}};
  }
  return error;
}

ApiError signature_mismatch(Family family, std::string_view access_key_id,
                            std::string_view signature, std::string_view string_to_sign,
                            std::string_view canonical_request) {
  ApiError error = by_family(
      family, "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch",
      kMismatchText,
      "The request signature we calculated does not match the signature you provided. Check your "
      "key and signing method.");
  if (family == Family::kS3) {
    error.details = {{"AWSAccessKeyId", std::string(access_key_id)},
                     {"StringToSign", std::string(string_to_sign)},
                     {"SignatureProvided", std::string(signature)}};
    if (!canonical_request.empty())
      error.details.emplace_back("CanonicalRequest", canonical_request);
  }
  return error;
}

ApiError unsigned_headers(Family family, std::string_view names) {
  ApiError error =
      by_family(family, "InvalidSignatureException", "SignatureDoesNotMatch", "AccessDenied",
                fmt::format("'{}' must be a 'SignedHeader' in the AWS Authorization.", names),
                "There were headers present in the request which were not signed");
  if (family == Family::kS3) error.details.emplace_back("HeadersNotSigned", names);
  return error;
}

ApiError body_too_large(Family family, std::size_t limit) {
  if (family == Family::kS3) {
    return {"MaxMessageLengthExceeded",
            "Your request was too large.",
            400,
            {{"MaxMessageLengthBytes", std::to_string(limit)}}};
  }
  return {family == Family::kQuery ? "RequestEntityTooLarge" : "RequestEntityTooLargeException",
          fmt::format("Request body is larger than {} bytes", limit), 413};
}

ApiError unreadable_body(Family family, std::string_view why) {
  if (family == Family::kS3) {
    return {"IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
            400};
  }
  return {family == Family::kQuery ? "RequestTimeout" : "RequestTimeoutException",
          fmt::format("The request body could not be read: {}", why), 408};
}

ApiError payload_mismatch(Family family, std::string_view sent, std::string_view computed) {
  if (family == Family::kS3) {
    return {"XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
            {{"ClientComputedContentSHA256", std::string(sent)},
             {"S3ComputedContentSHA256", std::string(computed)}}};
  }
  return signature_mismatch(family, {}, {}, {}, {});
}

ApiError invalid_request(std::string_view what) {
  return {"InvalidRequest", std::string(what), 400};
}

}  // namespace tunesmith::aws::sigv4
