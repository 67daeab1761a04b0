// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/canonical_request.h"

#include "base/digest.h"
#include "base/strings.h"

#include <algorithm>
#include <utility>

namespace tunesmith::aws::sigv4 {
namespace {

// As it would be sent by a client that encodes by the book; a broken escape stays as it is.
std::string reencode(std::string_view text, bool keep_slash) {
  const auto decoded = uri_decode(text);
  return uri_encode(decoded ? std::string_view(*decoded) : text, keep_slash);
}

// RFC 3986 section 5.2.4, and empty segments gone.
std::string normalise(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(segment);
    }
  }
  std::string result;
  for (const std::string_view segment : kept) result.append("/").append(segment);
  if (result.empty() || path.back() == '/') result.append("/");
  return result;
}

void append_collapsed(std::string& out, std::string_view value) {
  bool space = false;
  for (const char c : trim(value)) {
    if (c == ' ' || c == '\t') {
      space = true;
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    out += c;
  }
}

}  // namespace

std::string canonical_path(std::string_view raw_path, bool is_s3) {
  if (raw_path.empty() || raw_path == "/") return "/";
  return is_s3 ? reencode(raw_path, true) : uri_encode(normalise(raw_path), true);
}

std::string canonical_query(std::string_view raw_query, std::string_view without) {
  if (raw_query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view part : split(raw_query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    std::string name = reencode(part.substr(0, equals), false);
    if (!without.empty() && name == without) continue;
    parameters.emplace_back(std::move(name), equals == std::string_view::npos
                                                 ? std::string()
                                                 : reencode(part.substr(equals + 1), false));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string result;
  result.reserve(raw_query.size());
  for (const auto& [name, value] : parameters) {
    if (!result.empty()) result += '&';
    result.append(name).append("=").append(value);
  }
  return result;
}

std::optional<std::string> canonical_headers(const http::Headers& headers,
                                             const std::vector<std::string_view>& names) {
  std::string result;
  result.reserve(512);
  for (const std::string_view name : names) {
    bool first = true;
    for (const auto& [key, value] : headers.entries()) {
      if (!iequals(key, name)) continue;
      if (first)
        result.append(name).append(":");
      else
        result.append(",");
      first = false;
      append_collapsed(result, value);
    }
    if (first) return std::nullopt;
    result.append("\n");
  }
  return result;
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, std::string_view headers,
                              std::string_view signed_headers, std::string_view payload_hash) {
  std::string result;
  result.reserve(method.size() + path.size() + query.size() + headers.size() +
                 signed_headers.size() + payload_hash.size() + 5);
  result.append(method).append("\n");
  result.append(path).append("\n");
  result.append(query).append("\n");
  result.append(headers).append("\n");
  result.append(signed_headers).append("\n");
  result.append(payload_hash);
  return result;
}

std::string string_to_sign(std::string_view time, std::string_view scope,
                           std::string_view canonical_request) {
  std::string result("AWS4-HMAC-SHA256\n");
  result.append(time).append("\n").append(scope).append("\n");
  result.append(to_hex(sha256(canonical_request)));
  return result;
}

std::optional<std::string> query_parameter(std::string_view raw_query, std::string_view name) {
  for (const std::string_view part : split(raw_query, '&')) {
    const std::size_t equals = part.find('=');
    if (part.substr(0, equals) != name) continue;
    return uri_decode(equals == std::string_view::npos ? std::string_view()
                                                       : part.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace tunesmith::aws::sigv4
