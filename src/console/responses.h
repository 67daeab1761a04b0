// SPDX-License-Identifier: Apache-2.0
//
// What all answers of the console have in common: headers that keep browsers from doing more with
// them than they should, errors as JSON, and parts of a request's address.
#pragma once

#include "base/error.h"
#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::console {

/// A complete JSON document that nobody may keep.
http::Response json_response(std::string document, int status = 200);
/// {"error": {"code": ..., "message": ...}} with the status that the kind stands for.
http::Response error_response(const Error& error);
http::Response error_response(int status, std::string_view code, std::string_view message);
/// nosniff, no framing, no referrer, nothing for other origins.
void add_security_headers(http::Response& response, std::string_view content_security_policy);

/// The value of Content-Disposition that makes browsers store an answer as a file of this name.
std::string attachment(std::string_view file_name);

/// A parameter of the query, decoded; nothing when it is absent or badly encoded.
std::optional<std::string> query_parameter(const http::Request& request, std::string_view name);
/// A cookie's value as it was sent.
std::optional<std::string_view> cookie(const http::Request& request, std::string_view name);

}  // namespace tunesmith::console
