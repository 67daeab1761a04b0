// SPDX-License-Identifier: Apache-2.0
//
// Heads of requests and responses, arriving in two pieces.
#include "http/head_parser.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::http;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  std::size_t searched = 0;
  std::size_t end = find_head_end(text.substr(0, size / 2), searched);
  if (end == std::string_view::npos) end = find_head_end(text, searched);
  std::size_t at_once = 0;
  TUNESMITH_CHECK(end == find_head_end(text, at_once));
  if (end == std::string_view::npos) return 0;
  const auto request = parse_request_head(text.substr(0, end));
  if (const auto* head = std::get_if<RequestHead>(&request)) {
    // What two servers in a row could read differently.
    TUNESMITH_CHECK(!(head->framing.chunked && head->framing.content_length));
    TUNESMITH_CHECK(head->target.find_first_of(std::string_view("\r\n \0", 4)) ==
                    std::string::npos);
    for (const auto& [name, value] : head->headers.entries()) {
      TUNESMITH_CHECK(!name.empty() && name.find_first_of(" :\r\n") == std::string::npos);
      TUNESMITH_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
  } else {
    const int status = std::get<HeadError>(request).status;
    TUNESMITH_CHECK(status >= 400 && status < 600);
  }
  (void)parse_response_head(text.substr(0, end));
  return 0;
}
