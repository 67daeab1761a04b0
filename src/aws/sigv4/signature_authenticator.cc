// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/signature_authenticator.h"

#include "aws/sigv4/canonical_request.h"
#include "aws/sigv4/chunked.h"
#include "aws/sigv4/payload.h"
#include "aws/sigv4/query_v2.h"
#include "aws/sigv4/regions.h"
#include "base/digest.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tunesmith::aws::sigv4 {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
constexpr std::string_view kSignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
constexpr std::string_view kSignedChunksTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
constexpr std::string_view kUnsignedChunksTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
// A body of S3 up to here is checked before the operation begins.
constexpr std::uint64_t kSmallBody = 64U << 10U;

Millis allowed_skew(Family family) { return family == Family::kS3 ? minutes(15) : minutes(5); }

bool is_hash(std::string_view text) { return text.size() == 64 && from_hex(text).has_value(); }

// Fields that say what is to be done must have been signed, or anyone on the way could add one.
std::string unsigned_amz_headers(const http::Headers& headers,
                                 const std::vector<std::string_view>& signed_names, bool is_s3) {
  // The date and the hash are part of what is signed anyhow, and a token is good with its own key
  // alone (but S3 wants them signed as well); browsers' SDKs send the agent for User-Agent.
  const auto may_be_unsigned = [&](std::string_view name) {
    return iequals(name, "x-amz-content-sha256") || iequals(name, "x-amz-user-agent") ||
           (!is_s3 && (iequals(name, "x-amz-date") || iequals(name, "x-amz-security-token")));
  };
  std::string missing;
  for (const auto& [name, value] : headers.entries()) {
    if (name.size() < 6 || !iequals(std::string_view(name).substr(0, 6), "x-amz-")) continue;
    const bool is_signed = std::any_of(signed_names.begin(), signed_names.end(),
                                       [&](std::string_view s) { return iequals(s, name); });
    if (is_signed || may_be_unsigned(name)) continue;
    if (!missing.empty()) missing += ", ";
    missing += to_lower(name);
  }
  return missing;
}

/// A presigned URL carries metadata and the like as parameters; they hold as if they were headers.
void take_headers_from_query(http::Request& request) {
  constexpr std::string_view kOwn[] = {
      "x-amz-algorithm",     "x-amz-credential", "x-amz-date",           "x-amz-expires",
      "x-amz-signedheaders", "x-amz-signature",  "x-amz-security-token", "x-amz-content-sha256"};
  for (const std::string_view parameter : split(request.query(), '&')) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const auto decoded = uri_decode(parameter.substr(0, equals));
    const std::string name = to_lower(decoded.value_or(std::string()));
    if (!name.starts_with("x-amz-") || request.headers.has(name) ||
        std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn)) {
      continue;
    }
    auto value = uri_decode(parameter.substr(std::min(equals + 1, parameter.size())));
    if (value) request.headers.add(name, *std::move(value));
  }
}

}  // namespace

struct SignatureAuthenticator::Attempt {
  http::Request& request;
  SignatureFields fields;
  Family family = Family::kJson;
  std::shared_ptr<const identity::Credential> credential{};
  std::string signing_key{};
  std::string payload_hash{};  // what the canonical request ends with
  Authenticated result{};
};

SignatureAuthenticator::SignatureAuthenticator(const identity::CredentialSource& credentials,
                                               const Clock& clock, AuthenticatorOptions options)
    : credentials_(credentials), clock_(clock), options_(options) {}

Outcome<Authenticated> SignatureAuthenticator::authenticate(http::Request& request,
                                                            std::string_view request_id) {
  auto read = read_authorization(request);
  if (const auto* problem = std::get_if<AuthorizationProblem>(&read)) {
    const Family family = problem->service.empty() ? guess_family(request)
                                                   : family_of_service(problem->service, request);
    switch (problem->kind) {
      case AuthorizationProblem::Kind::kMissing:
        return missing_authentication(family);
      case AuthorizationProblem::Kind::kUnsupported:
        return unsupported_mechanism(family);
      case AuthorizationProblem::Kind::kMalformed:
        return malformed_authentication(family, problem->in_query, problem->what);
    }
  }
  Attempt attempt{request, std::move(std::get<SignatureFields>(read))};
  SignatureFields& fields = attempt.fields;
  attempt.family = family_of_service(fields.service, request);
  const bool is_v2 = fields.form == SignatureFields::Form::kQueryV2;
  if (is_v2) {
    fields.region = kDefaultRegion;
  } else if (!is_known_region(fields.region)) {
    return wrong_region(attempt.family, fields.region);
  }
  auto found = credentials_.find(fields.access_key_id, fields.session_token);
  if (const auto* problem = std::get_if<identity::CredentialProblem>(&found)) {
    switch (*problem) {
      case identity::CredentialProblem::kUnknownKey:
        return unknown_key(attempt.family, fields.access_key_id);
      case identity::CredentialProblem::kBadToken:
        return bad_token(attempt.family);
      case identity::CredentialProblem::kExpired:
        return expired_token(attempt.family);
    }
  }
  attempt.credential = std::move(std::get<std::shared_ptr<const identity::Credential>>(found));
  attempt.result.trailers = std::make_shared<http::Headers>();
  attempt.result.body_error = std::make_shared<std::optional<ApiError>>();

  if (auto checked = is_v2 ? check_v2(attempt) : check_v4(attempt); !checked) {
    return std::move(checked).error();
  }

  if (fields.form != SignatureFields::Form::kHeader) take_headers_from_query(request);
  RequestContext& context = attempt.result.context;
  context.request_id = request_id;
  context.region = fields.region;
  context.service = fields.service;
  context.identity = attempt.credential->identity;
  context.host = request.authority;
  context.tls = request.tls;
  context.peer = request.peer;
  context.user_agent = request.headers.get_or("user-agent", "");
  return std::move(attempt.result);
}

Outcome<void> SignatureAuthenticator::check_time(const SignatureFields& fields,
                                                 Family family) const {
  const Timestamp now = clock_.now();
  const Timestamp signed_at = parse_iso8601(fields.time).value_or(Timestamp());
  const Millis skew = allowed_skew(family);
  if (signed_at > now + skew) return skewed_time(family, fields.time, now, true, skew);
  if (fields.form == SignatureFields::Form::kQuery && fields.expires) {
    const Timestamp expires_at = signed_at + std::chrono::seconds(*fields.expires);
    if (now > expires_at) return expired_request(family, expires_at, now);
    return {};
  }
  if (signed_at < now - skew) return skewed_time(family, fields.time, now, false, skew);
  return {};
}

Outcome<void> SignatureAuthenticator::check_v4(Attempt& attempt) const {
  const SignatureFields& fields = attempt.fields;
  const http::Request& request = attempt.request;
  if (auto timely = check_time(fields, attempt.family); !timely) return timely;

  const Scope scope = fields.scope();
  attempt.signing_key =
      keys_.get(fields.access_key_id, attempt.credential->secret_access_key, scope);
  const bool is_s3 = attempt.family == Family::kS3;
  // Other services sign the hash of the body, so it must be here first. S3's bodies may be large:
  // their hash is in a field, and checked while they are read.
  if (!is_s3) {
    if (auto payload = read_whole_payload(attempt); !payload) return payload;
  } else if (fields.form == SignatureFields::Form::kQuery) {
    const auto in_query = query_parameter(request.query(), "X-Amz-Content-Sha256");
    attempt.payload_hash = in_query.value_or(
        std::string(request.headers.get_or("x-amz-content-sha256", kUnsignedPayload)));
  } else {
    const auto hash = request.headers.get("x-amz-content-sha256");
    if (!hash)
      return invalid_request("Missing required header for this request: x-amz-content-sha256");
    attempt.payload_hash = *hash;
  }

  const auto names = split(fields.signed_headers, ';');
  const auto headers = canonical_headers(request.headers, names);
  const std::string path = canonical_path(request.path(), is_s3);
  const bool in_query = fields.form == SignatureFields::Form::kQuery;
  const std::string query =
      canonical_query(request.query(), in_query ? std::string_view("X-Amz-Signature") : "");
  // A signed field that is not here signs as an empty one would not: it cannot match.
  const std::string canonical =
      canonical_request(request.method, path, query, headers.value_or(std::string()),
                        fields.signed_headers, attempt.payload_hash);
  const std::string text = string_to_sign(fields.time, scope.to_string(), canonical);
  if (!headers || !constant_time_equal(sign_text(attempt.signing_key, text), fields.signature)) {
    return signature_mismatch(attempt.family, fields.access_key_id, fields.signature, text,
                              canonical);
  }
  const std::string missing = unsigned_amz_headers(request.headers, names, is_s3);
  if (!missing.empty()) return unsigned_headers(attempt.family, missing);
  return is_s3 ? choose_payload(attempt) : Outcome<void>();
}

Outcome<void> SignatureAuthenticator::check_v2(Attempt& attempt) const {
  const SignatureFields& fields = attempt.fields;
  const Timestamp now = clock_.now();
  const std::int64_t expires = *fields.expires;
  const std::string text = string_to_sign_v2(attempt.request, std::to_string(expires));
  const std::string expected = to_base64(hmac_sha1(attempt.credential->secret_access_key, text));
  if (!constant_time_equal(expected, fields.signature)) {
    return signature_mismatch(attempt.family, fields.access_key_id, fields.signature, text, {});
  }
  if (to_millis(now) / 1000 > expires) {
    return expired_request(
        attempt.family, from_millis(std::clamp<std::int64_t>(expires, 0, 1LL << 40) * 1000), now);
  }
  attempt.payload_hash = attempt.request.headers.get_or("x-amz-content-sha256", kUnsignedPayload);
  return choose_payload(attempt);
}

// S3: the signature is right; how is the body to be read?
Outcome<void> SignatureAuthenticator::choose_payload(Attempt& attempt) const {
  http::Request& request = attempt.request;
  Authenticated& result = attempt.result;
  const std::string& hash = attempt.payload_hash;
  result.content_length = request.content_length;
  if (hash == kUnsignedPayload) {
    result.body = std::make_unique<UnsignedBody>(*request.body);
    return {};
  }
  if (is_hash(hash)) {
    const std::string expected = to_lower(hash);
    if (request.content_length.value_or(kSmallBody + 1) > kSmallBody &&
        (request.content_length || request.headers.has("transfer-encoding"))) {
      result.body = std::make_unique<HashedBody>(*request.body, expected, result.body_error);
      return {};
    }
    auto content = http::read_all(*request.body, kSmallBody,
                                  static_cast<std::size_t>(request.content_length.value_or(0)));
    if (!content) return unreadable_body(Family::kS3, content.error().message);
    const std::string computed =
        content->empty() ? std::string(kEmptyHash) : to_hex(sha256(*content));
    if (computed != expected) return payload_mismatch(Family::kS3, expected, computed);
    result.body = std::make_unique<MemoryBody>(*std::move(content));
    return {};
  }
  ChunkedOptions options;
  options.is_signed = hash == kSignedChunks || hash == kSignedChunksTrailer;
  options.has_trailer = hash == kSignedChunksTrailer || hash == kUnsignedChunksTrailer;
  if (!options.is_signed && !options.has_trailer) {
    return ApiError{"InvalidArgument",
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                    "STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
                    400,
                    {{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", hash}}};
  }
  const auto length = parse_int(request.headers.get_or("x-amz-decoded-content-length", ""));
  if (!length || *length < 0) {
    return ApiError{"MissingContentLength", "You must provide the Content-Length HTTP header.",
                    411};
  }
  options.decoded_length = static_cast<std::uint64_t>(*length);
  options.signing_key = attempt.signing_key;
  options.time = attempt.fields.time;
  options.scope = attempt.fields.scope().to_string();
  options.seed_signature = attempt.fields.signature;
  result.content_length = options.decoded_length;
  result.body = std::make_unique<ChunkedBody>(*request.body, std::move(options), result.trailers,
                                              result.body_error);
  return {};
}

Outcome<void> SignatureAuthenticator::read_whole_payload(Attempt& attempt) const {
  http::Request& request = attempt.request;
  auto content =
      http::read_all(*request.body, options_.max_buffered_body,
                     static_cast<std::size_t>(std::min<std::uint64_t>(
                         request.content_length.value_or(0), options_.max_buffered_body)));
  if (!content) {
    return content.error().kind == ErrorKind::kLimitExceeded
               ? body_too_large(attempt.family, options_.max_buffered_body)
               : unreadable_body(attempt.family, content.error().message);
  }
  // Whatever hash a field may name: the body that came is what must have been signed.
  attempt.payload_hash = content->empty() ? std::string(kEmptyHash) : to_hex(sha256(*content));
  attempt.result.content_length = content->size();
  attempt.result.body = std::make_unique<MemoryBody>(*std::move(content));
  return {};
}

}  // namespace tunesmith::aws::sigv4
