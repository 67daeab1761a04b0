// SPDX-License-Identifier: Apache-2.0
//
// Requests as they arrive, signed, for this folder's tests: the examples of the S3 reference, and
// what our own client signs.
#pragma once

#include "aws/identity/credential_source.h"
#include "aws/sigv4/sign.h"
#include "aws/sigv4/signature_authenticator.h"
#include "base/time_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::aws::sigv4 {

inline constexpr const char* kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
inline constexpr const char* kS3Key = "AKIAIOSFODNN7EXAMPLE";
inline constexpr const char* kS3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

class FixedClock final : public Clock {
 public:
  Timestamp time;
  Timestamp now() const override { return time; }
};

class Keys final : public identity::CredentialSource {
 public:
  identity::CredentialLookup find(std::string_view id, std::string_view token) const override {
    if (id == "EXPIRED") return identity::CredentialProblem::kExpired;
    if (!token.empty() && token != "good token") return identity::CredentialProblem::kBadToken;
    auto credential = std::make_shared<identity::Credential>();
    credential->access_key_id = id;
    if (id == kS3Key) {
      credential->secret_access_key = kS3Secret;
    } else if (id == "AKIDEXAMPLE") {
      credential->secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    } else {
      return identity::CredentialProblem::kUnknownKey;
    }
    credential->identity = identity::session_identity("R", "AROA1", "s", id);
    return credential;
  }
};

class PiecesReader final : public http::BodyReader {
 public:
  PiecesReader(std::string content, std::size_t piece)
      : content_(std::move(content)), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min({into.size(), piece_, content_.size() - at_});
    std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(at_), n, into.begin());
    at_ += n;
    return n;
  }

 private:
  std::string content_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

// A request as it arrives, and its check.
struct Arriving {
  http::Request request;
  std::string body;
  std::unique_ptr<PiecesReader> reader;
  FixedClock clock;
  Keys keys;
  std::unique_ptr<SignatureAuthenticator> authenticator;
  bool chunked_transfer = false;

  Arriving(std::string method, std::string target, std::string_view now) {
    request.method = std::move(method);
    request.target = std::move(target);
    clock.time = parse_iso8601(now).value();
  }
  Arriving& header(std::string name, std::string value) {
    if (name == "host") request.authority = value;
    request.headers.add(std::move(name), std::move(value));
    return *this;
  }
  Outcome<Authenticated> check(std::size_t piece = 1000) {
    reader = std::make_unique<PiecesReader>(body, piece);
    request.body = reader.get();
    if (!body.empty() && !chunked_transfer) request.content_length = body.size();
    if (!authenticator) authenticator = std::make_unique<SignatureAuthenticator>(keys, clock);
    return authenticator->authenticate(request, "id");
  }
  // "" when it is let in; else the code.
  std::string code() {
    auto result = check();
    return result ? "" : result.error().code;
  }
  // The body as the operation reads it, or the code it ends with.
  std::string read(std::size_t piece = 1000) {
    auto result = check(piece);
    if (!result) return "!" + result.error().code;
    auto content = http::read_all(*result->body, 1U << 30U);
    if (content) {
      trailers = *result->trailers;
      return *content;
    }
    return *result->body_error ? "!" + (*result->body_error)->code : "!" + content.error().message;
  }
  http::Headers trailers;
};

inline std::string s3_authorization(std::string_view names, std::string_view signature) {
  return fmt::format(
      "AWS4-HMAC-SHA256 Credential={}/20130524/us-east-1/s3/aws4_request,SignedHeaders={},"
      "Signature={}",
      kS3Key, names, signature);
}

inline Arriving s3_example(std::string method, std::string target) {
  Arriving request(std::move(method), std::move(target), "20130524T000000Z");
  request.header("host", "examplebucket.s3.amazonaws.com").header("x-amz-date", "20130524T000000Z");
  return request;
}

inline Arriving get_object() {
  Arriving request = s3_example("GET", "/test.txt");
  request.header("Range", "bytes=0-9")
      .header("x-amz-content-sha256", kEmpty)
      .header("Authorization",
              s3_authorization("host;range;x-amz-content-sha256;x-amz-date",
                               "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  return request;
}

inline Arriving put_object(std::string body = "Welcome to Amazon S3.") {
  Arriving request = s3_example("PUT", "/test$file.text");
  request.body = std::move(body);
  request.header("Date", "Fri, 24 May 2013 00:00:00 GMT")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256",
              "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
      .header("Authorization",
              s3_authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                               "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
  return request;
}

// Signs with our own client, for what has no published example.
inline Arriving signed_request(std::string method, std::string target, std::string service,
                               std::string body, std::string hash, std::string_view now,
                               std::vector<std::pair<std::string, std::string>> headers = {}) {
  Arriving request(method, target, now);
  request.header("host", "127.0.0.1:9000");
  for (auto& [name, value] : headers) request.header(name, value);
  request.body = std::move(body);
  sign_request(method, target, request.request.headers, hash, {kS3Key, kS3Secret},
               {"eu-west-1", std::move(service)}, request.clock.time);
  return request;
}

}  // namespace tunesmith::aws::sigv4
