// SPDX-License-Identifier: Apache-2.0
//
// For tests: requests built from literals, an authenticator that believes everybody, answers as
// text.
#pragma once

#include "aws/authenticator.h"
#include "http/message.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::aws::testing {

class TextReader final : public http::BodyReader {
 public:
  explicit TextReader(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), text_.size() - at_);
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// A request that owns its body. "GET /b/k?x" with headers and a body.
class TestRequest {
 public:
  TestRequest(std::string method, std::string target,
              std::vector<std::pair<std::string, std::string>> headers = {}, std::string body = {})
      : reader_(body) {
    request.method = std::move(method);
    request.target = std::move(target);
    request.content_length = body.size();
    request.body = &reader_;
    request.authority = "127.0.0.1:8080";
    for (auto& [name, value] : headers) {
      if (name == "Host") {
        request.authority = value;
      } else {
        request.headers.add(std::move(name), std::move(value));
      }
    }
  }
  TestRequest(const TestRequest&) = delete;
  TestRequest& operator=(const TestRequest&) = delete;

  http::Request request;

 private:
  TextReader reader_;
};

class BelievingAuthenticator final : public Authenticator {
 public:
  Outcome<Authenticated> authenticate(http::Request& request,
                                      std::string_view request_id) override {
    if (request.headers.has("x-test-deny")) {
      return ApiError{.code = "SignatureDoesNotMatch", .message = "no", .status = 403};
    }
    class Through final : public http::BodyReader {
     public:
      explicit Through(http::BodyReader& inner) : inner_(inner) {}
      Result<std::size_t> read(std::span<char> into) override { return inner_.read(into); }

     private:
      http::BodyReader& inner_;
    };
    Authenticated result;
    result.context.request_id = request_id;
    result.context.region = "us-east-1";
    result.context.service = request.headers.get_or("x-test-service", "");
    result.context.identity.account = "123456789012";
    result.body = std::make_unique<Through>(*request.body);
    result.content_length = request.content_length;
    return result;
  }
};

inline std::string body_text(const http::Response& response) {
  const auto* text = std::get_if<std::string>(&response.body);
  return text != nullptr ? *text : "(not text)";
}

}  // namespace tunesmith::aws::testing
