// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/sign.h"

#include "aws/sigv4/canonical_request.h"
#include "aws/sigv4/signing_key.h"
#include "base/digest.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace tunesmith::aws::sigv4 {
namespace {

// Proxies and libraries change or add these on the way.
bool is_left_unsigned(std::string_view name) {
  for (const std::string_view other : {"authorization", "connection", "expect", "transfer-encoding",
                                       "user-agent", "content-length"}) {
    if (iequals(name, other)) return true;
  }
  return false;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }
std::string_view query_of(std::string_view target) {
  const std::size_t at = target.find('?');
  return at == std::string_view::npos ? std::string_view() : target.substr(at + 1);
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ';';
    text += name;
  }
  return text;
}

}  // namespace

std::string payload_hash(std::string_view body) { return to_hex(sha256(body)); }

void sign_request(std::string_view method, std::string_view target, http::Headers& headers,
                  std::string_view payload_hash, const SigningCredentials& credentials,
                  const SigningTarget& where, Timestamp now) {
  const std::string time = format_basic_iso8601(now);
  const bool is_s3 = where.service == "s3";
  headers.set("X-Amz-Date", time);
  if (!credentials.session_token.empty()) {
    headers.set("X-Amz-Security-Token", credentials.session_token);
  }
  if (is_s3) headers.set("X-Amz-Content-Sha256", std::string(payload_hash));

  std::vector<std::string> names;
  for (const auto& [name, value] : headers.entries()) {
    if (!is_left_unsigned(name)) names.push_back(to_lower(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string signed_headers = join(names);
  const Scope scope{std::string_view(time).substr(0, 8), where.region, where.service};
  const std::string canonical = canonical_request(
      method, canonical_path(path_of(target), is_s3), canonical_query(query_of(target)),
      canonical_headers(headers, {names.begin(), names.end()}).value_or(std::string()),
      signed_headers, payload_hash);
  const std::string signature = sign_text(derive_signing_key(credentials.secret_access_key, scope),
                                          string_to_sign(time, scope.to_string(), canonical));
  headers.set("Authorization",
              fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                          credentials.access_key_id, scope.to_string(), signed_headers, signature));
}

std::string presign(std::string_view method, std::string_view target, std::string_view host,
                    const SigningCredentials& credentials, const SigningTarget& where,
                    Timestamp now, int expires_seconds) {
  const std::string time = format_basic_iso8601(now);
  const Scope scope{std::string_view(time).substr(0, 8), where.region, where.service};
  std::string query(query_of(target));
  if (!query.empty()) query += '&';
  query += fmt::format(
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders=host",
      uri_encode(fmt::format("{}/{}", credentials.access_key_id, scope.to_string())), time,
      expires_seconds);
  if (!credentials.session_token.empty()) {
    query += "&X-Amz-Security-Token=" + uri_encode(credentials.session_token);
  }
  const std::string canonical = canonical_request(
      method, canonical_path(path_of(target), where.service == "s3"), canonical_query(query),
      fmt::format("host:{}\n", host), "host", "UNSIGNED-PAYLOAD");
  const std::string signature = sign_text(derive_signing_key(credentials.secret_access_key, scope),
                                          string_to_sign(time, scope.to_string(), canonical));
  return fmt::format("{}?{}&X-Amz-Signature={}", path_of(target), query, signature);
}

}  // namespace tunesmith::aws::sigv4
