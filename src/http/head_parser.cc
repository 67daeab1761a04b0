// SPDX-License-Identifier: Apache-2.0
#include "http/head_parser.h"

#include "base/strings.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>

namespace tunesmith::http {
namespace {

namespace beast = boost::beast;
using beast::string_view;
using ErrorCode = beast::error_code;

// Beast's tokeniser, told to hand everything to us as text. Bodies never reach it.
template <bool kIsRequest>
class Tokeniser : public beast::http::basic_parser<kIsRequest> {
 public:
  Tokeniser() {
    // The caller has a limit of its own before it looks for the end of a head.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

  std::string method;
  std::string target;
  int version = 11;
  int status = 0;
  Headers headers;

 private:
  void on_request_impl(beast::http::verb /*verb*/, string_view method_text, string_view target_text,
                       int number, ErrorCode& error) override {
    error = {};
    method.assign(method_text.data(), method_text.size());
    target.assign(target_text.data(), target_text.size());
    version = number;
  }
  void on_response_impl(int code, string_view /*reason*/, int number, ErrorCode& error) override {
    error = {};
    status = code;
    version = number;
  }
  void on_field_impl(beast::http::field /*name*/, string_view name, string_view value,
                     ErrorCode& error) override {
    error = {};
    headers.add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  void on_header_impl(ErrorCode& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         ErrorCode& error) override {
    error = {};
  }
  std::size_t on_body_impl(string_view /*body*/, ErrorCode& error) override {
    error = {};
    return 0;
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, string_view /*extensions*/,
                            ErrorCode& error) override {
    error = {};
  }
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, string_view /*body*/,
                                 ErrorCode& error) override {
    error = {};
    return 0;
  }
  void on_finish_impl(ErrorCode& error) override { error = {}; }
};

// RFC 9112 section 6.3, on the strict side: whatever two readers could frame differently is
// refused.
std::optional<HeadError> read_framing(const Headers& headers, bool http_1_1, Framing& framing) {
  for (const auto& [name, value] : headers.entries()) {
    if (iequals(name, "content-length")) {
      // Digits only: a sign or a second number in a list is where readers differ.
      if (value.empty() || value.size() > 19 ||
          !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return HeadError{400, "Content-Length is not a number"};
      }
      const auto length = static_cast<std::uint64_t>(parse_int(value).value_or(0));
      if (framing.content_length && *framing.content_length != length) {
        return HeadError{400, "Content-Length is given twice"};
      }
      framing.content_length = length;
    } else if (iequals(name, "transfer-encoding")) {
      if (framing.chunked || !iequals(trim(value), "chunked")) {
        return HeadError{501, "Transfer-Encoding is not supported"};
      }
      framing.chunked = true;
    }
  }
  if (framing.chunked && framing.content_length) {
    return HeadError{400, "Both Content-Length and Transfer-Encoding are given"};
  }
  if (framing.chunked && !http_1_1) return HeadError{400, "Transfer-Encoding in HTTP/1.0"};
  return std::nullopt;
}

template <bool kIsRequest>
std::optional<HeadError> tokenise(std::string_view head, Tokeniser<kIsRequest>& tokeniser) {
  ErrorCode error;
  tokeniser.put(boost::asio::buffer(head.data(), head.size()), error);
  if (error == beast::http::error::bad_version) {
    return HeadError{505, "HTTP version is not supported"};
  }
  if (error == beast::http::error::bad_transfer_encoding) {
    return HeadError{400, "Transfer-Encoding is malformed"};
  }
  if (error && error != beast::http::error::need_more) {
    return HeadError{400, "Malformed message: " + error.message()};
  }
  if (!tokeniser.is_header_done()) return HeadError{400, "Malformed message"};
  return std::nullopt;
}

}  // namespace

std::size_t find_head_end(std::string_view bytes, std::size_t& searched) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t from = searched < kEnd.size() ? 0 : searched - kEnd.size() + 1;
  const std::size_t at = bytes.find(kEnd, from);
  searched = bytes.size();
  return at == std::string_view::npos ? at : at + kEnd.size();
}

std::variant<RequestHead, HeadError> parse_request_head(std::string_view head) {
  Tokeniser<true> tokeniser;
  if (auto error = tokenise(head, tokeniser)) return *std::move(error);
  RequestHead request;
  request.http_1_1 = tokeniser.version >= 11;
  if (auto error = read_framing(tokeniser.headers, request.http_1_1, request.framing)) {
    return *std::move(error);
  }
  request.keep_alive = tokeniser.keep_alive();
  request.expects_continue =
      request.http_1_1 && iequals(tokeniser.headers.get_or("expect", ""), "100-continue");
  request.method = std::move(tokeniser.method);
  request.target = std::move(tokeniser.target);
  request.headers = std::move(tokeniser.headers);
  return request;
}

std::variant<ResponseHead, HeadError> parse_response_head(std::string_view head) {
  Tokeniser<false> tokeniser;
  // What a body's absence follows from (HEAD, 204, 304) is the caller's to know.
  if (auto error = tokenise(head, tokeniser)) return *std::move(error);
  ResponseHead response;
  if (auto error = read_framing(tokeniser.headers, tokeniser.version >= 11, response.framing)) {
    return *std::move(error);
  }
  response.status = tokeniser.status;
  // Beast's keep_alive() wants to know about the body as well; the fields alone decide here.
  const std::string connection = to_lower(tokeniser.headers.get_or("connection", ""));
  response.keep_alive = tokeniser.version >= 11
                            ? connection.find("close") == std::string::npos
                            : connection.find("keep-alive") != std::string::npos;
  response.headers = std::move(tokeniser.headers);
  return response;
}

}  // namespace tunesmith::http
