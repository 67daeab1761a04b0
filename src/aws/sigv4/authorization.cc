// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/authorization.h"

#include "aws/sigv4/canonical_request.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tunesmith::aws::sigv4 {
namespace {

using Read = std::variant<SignatureFields, AuthorizationProblem>;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t kMaxExpires = 7 * 24 * 3600;

AuthorizationProblem malformed(bool in_query, std::string what, std::string service = {}) {
  return {AuthorizationProblem::Kind::kMalformed, in_query, std::move(what), std::move(service)};
}

// "AKIA.../20261124/us-east-1/s3/aws4_request". A key id may itself hold no slash.
bool read_credential(std::string_view text, SignatureFields& fields) {
  const auto parts = split(text, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return false;
  if (parts[0].empty() || parts[1].size() != 8 || parts[2].empty() || parts[3].empty())
    return false;
  fields.access_key_id = parts[0];
  fields.date = parts[1];
  fields.region = parts[2];
  fields.service = parts[3];
  return true;
}

bool is_basic_time(std::string_view time) {
  return time.size() == 16 && time[8] == 'T' && time[15] == 'Z' && parse_iso8601(time).has_value();
}

bool is_signature(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<AuthorizationProblem> check_parts(const SignatureFields& fields, bool in_query) {
  if (!is_basic_time(fields.time)) {
    return malformed(in_query,
                     "Date must be in ISO-8601 'basic format'. Got '" + fields.time + "'.",
                     fields.service);
  }
  if (fields.time.substr(0, 8) != fields.date) {
    return malformed(in_query,
                     fmt::format("Invalid credential date \"{}\". This date is not the same as "
                                 "X-Amz-Date: \"{}\".",
                                 fields.date, fields.time.substr(0, 8)),
                     fields.service);
  }
  const auto names = split(fields.signed_headers, ';');
  if (std::find(names.begin(), names.end(), "host") == names.end()) {
    return malformed(in_query, "'Host' must be a 'SignedHeader' in the AWS Authorization.",
                     fields.service);
  }
  if (!is_signature(fields.signature)) {
    return malformed(in_query, "Signature must be 64 lower-case hexadecimal digits.",
                     fields.service);
  }
  return std::nullopt;
}

Read read_header(const http::Request& request, std::string_view authorization) {
  SignatureFields fields;
  bool credential = false;
  for (std::string_view part : split(authorization.substr(kAlgorithm.size()), ',')) {
    part = trim(part);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "Credential") {
      if (!read_credential(value, fields)) {
        return malformed(false,
                         "Credential must have exactly 5 slash-delimited elements, e.g. "
                         "keyid/date/region/service/term, got '" +
                             std::string(value) + "'");
      }
      credential = true;
    } else if (name == "SignedHeaders") {
      fields.signed_headers = to_lower(value);
    } else if (name == "Signature") {
      fields.signature = value;
    }
  }
  if (!credential) return malformed(false, "Authorization header requires 'Credential' parameter.");
  if (fields.signature.empty()) {
    return malformed(false, "Authorization header requires 'Signature' parameter.", fields.service);
  }
  if (fields.signed_headers.empty()) {
    return malformed(false, "Authorization header requires 'SignedHeaders' parameter.",
                     fields.service);
  }
  if (const auto time = request.headers.get("x-amz-date")) {
    fields.time = *time;
  } else if (const auto date = request.headers.get("date")) {
    const auto http_date = parse_http_date(*date);
    fields.time = http_date ? format_basic_iso8601(*http_date) : std::string(*date);
  } else {
    return malformed(false,
                     "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
                     "header.",
                     fields.service);
  }
  fields.session_token = request.headers.get_or("x-amz-security-token", "");
  if (auto problem = check_parts(fields, false)) return *std::move(problem);
  return fields;
}

Read read_query(const http::Request& request) {
  SignatureFields fields;
  fields.form = SignatureFields::Form::kQuery;
  const auto query = request.query();
  const auto get = [&](std::string_view name) {
    return query_parameter(query, name).value_or(std::string());
  };
  const std::string algorithm = get("X-Amz-Algorithm");
  const std::string credential = get("X-Amz-Credential");
  const std::string expires = get("X-Amz-Expires");
  fields.signature = get("X-Amz-Signature");
  fields.signed_headers = to_lower(get("X-Amz-SignedHeaders"));
  fields.time = get("X-Amz-Date");
  fields.session_token = get("X-Amz-Security-Token");
  if (algorithm.substr(0, kAlgorithm.size()) != kAlgorithm && !algorithm.empty()) {
    return AuthorizationProblem{AuthorizationProblem::Kind::kUnsupported, true, {}, {}};
  }
  if (algorithm.empty() || credential.empty() || fields.signature.empty() ||
      fields.signed_headers.empty() || fields.time.empty()) {
    return malformed(true,
                     "Query-string authentication version 4 requires the X-Amz-Algorithm, "
                     "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
                     "X-Amz-Expires parameters.");
  }
  if (!read_credential(credential, fields)) {
    return malformed(true,
                     "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
                     "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  if (!expires.empty()) {
    fields.expires = parse_int(expires);
    if (!fields.expires) return malformed(true, "X-Amz-Expires should be a number", fields.service);
    if (*fields.expires < 0) {
      return malformed(true, "X-Amz-Expires must be non-negative", fields.service);
    }
    if (*fields.expires > kMaxExpires) {
      return malformed(true,
                       "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                       "X-Amz-Expires must be less than 604800 seconds",
                       fields.service);
    }
  } else if (fields.service == "s3") {
    return malformed(true, "Query-string authentication requires the X-Amz-Expires parameter.",
                     fields.service);
  }
  if (auto problem = check_parts(fields, true)) return *std::move(problem);
  return fields;
}

Read read_query_v2(const http::Request& request) {
  SignatureFields fields;
  fields.form = SignatureFields::Form::kQueryV2;
  fields.service = "s3";
  const auto key = query_parameter(request.query(), "AWSAccessKeyId");
  const auto signature = query_parameter(request.query(), "Signature");
  const auto expires = query_parameter(request.query(), "Expires");
  if (!key || !signature || !expires || !parse_int(*expires)) {
    return malformed(true,
                     "Query-string authentication requires the Signature, Expires and "
                     "AWSAccessKeyId parameters",
                     "s3");
  }
  fields.access_key_id = *key;
  fields.signature = *signature;
  fields.expires = parse_int(*expires);
  fields.session_token =
      query_parameter(request.query(), "x-amz-security-token")
          .value_or(std::string(request.headers.get_or("x-amz-security-token", "")));
  return fields;
}

}  // namespace

Read read_authorization(const http::Request& request) {
  if (const auto authorization = request.headers.get("authorization")) {
    const std::string_view text = trim(*authorization);
    if (text.substr(0, kAlgorithm.size()) == kAlgorithm &&
        (text.size() == kAlgorithm.size() || text[kAlgorithm.size()] == ' ')) {
      return read_header(request, text);
    }
    return AuthorizationProblem{AuthorizationProblem::Kind::kUnsupported, false, {}, {}};
  }
  const auto query = request.query();
  if (query.find("X-Amz-Signature=") != std::string_view::npos ||
      query.find("X-Amz-Algorithm=") != std::string_view::npos) {
    return read_query(request);
  }
  if (query.find("AWSAccessKeyId=") != std::string_view::npos) return read_query_v2(request);
  return AuthorizationProblem{AuthorizationProblem::Kind::kMissing, false, {}, {}};
}

}  // namespace tunesmith::aws::sigv4
