// SPDX-License-Identifier: Apache-2.0
#include "console/responses.h"

#include "base/json_text.h"
#include "base/strings.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>

namespace tunesmith::console {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kInvalid:
      return 400;
    case ErrorKind::kDenied:
      return 403;
    case ErrorKind::kLimitExceeded:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kCorrupt:
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace

void add_security_headers(http::Response& response, std::string_view content_security_policy) {
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Content-Security-Policy", std::string(content_security_policy));
}

http::Response json_response(std::string document, int status) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Cache-Control", "no-store");
  add_security_headers(response, "default-src 'none'; frame-ancestors 'none'");
  response.body = std::move(document);
  return response;
}

http::Response error_response(int status, std::string_view code, std::string_view message) {
  const boost::json::object document = {{"error", {{"code", code}, {"message", message}}}};
  return json_response(json_text(document), status);
}

http::Response error_response(const Error& error) {
  return error_response(status_of(error.kind), to_string(error.kind), error.message);
}

std::string attachment(std::string_view file_name) {
  // The plain form for names that need no escapes, the encoded one (RFC 6266) for all others.
  const bool plain = !file_name.empty() && std::ranges::all_of(file_name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (plain) return "attachment; filename=\"" + std::string(file_name) + '"';
  return "attachment; filename=\"download\"; filename*=UTF-8''" + uri_encode(file_name);
}

std::optional<std::string> query_parameter(const http::Request& request, std::string_view name) {
  for (const auto part : split(request.query(), '&')) {
    const auto equals = part.find('=');
    if (part.substr(0, equals) != name) continue;
    if (equals == std::string_view::npos) return std::string();
    return uri_decode(part.substr(equals + 1), true);
  }
  return std::nullopt;
}

std::optional<std::string_view> cookie(const http::Request& request, std::string_view name) {
  for (const auto& [header, value] : request.headers.entries()) {
    if (!iequals(header, "cookie")) continue;
    for (const auto part : split(value, ';')) {
      const auto pair = trim(part);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

}  // namespace tunesmith::console
