// SPDX-License-Identifier: Apache-2.0
//
// Parses the head of a message (first line and fields) once all of it has arrived, and decides how
// its body is framed. Stateless; any bytes may come in. Server and client share it.
#pragma once

#include "http/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tunesmith::http {

/// How the length of a body is known (RFC 9112 section 6).
struct Framing {
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
};

struct RequestHead {
  std::string method;
  std::string target;
  Headers headers;
  Framing framing;
  bool http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;
};

struct ResponseHead {
  int status = 0;
  Headers headers;
  Framing framing;
  bool keep_alive = true;
};

/// Why a head was refused: the status to answer, and words for the body of that answer.
struct HeadError {
  int status = 400;
  std::string message;
};

/// One past the empty line that ends the head in `bytes`, or npos. `searched` says how many bytes
/// earlier calls have looked at, and is updated: a head that trickles in is not searched again and
/// again.
std::size_t find_head_end(std::string_view bytes, std::size_t& searched);

/// `head` ends with its empty line.
std::variant<RequestHead, HeadError> parse_request_head(std::string_view head);
std::variant<ResponseHead, HeadError> parse_response_head(std::string_view head);

}  // namespace tunesmith::http
