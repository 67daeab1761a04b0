// SPDX-License-Identifier: Apache-2.0
//
// The door between the AWS request handler and signatures: who signed this request, and its body as
// it was signed. aws/sigv4 implements it; tests may put a fake in its place. Thread safe.
#pragma once

#include "aws/api_error.h"
#include "aws/request_context.h"
#include "http/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace tunesmith::aws {

/// A request whose signature is right.
struct Authenticated {
  RequestContext context;
  // The payload with any aws-chunked framing removed. It checks what was signed while it is read: a
  // body that differs from its signed hash, or from a chunk's signature, ends in an Error instead
  // of 0, so whoever stores it must not commit before 0. `body_error` then says it in AWS's words.
  // Never null. Refers to the request's own body: must not outlive it.
  std::unique_ptr<http::BodyReader> body;
  // Length of that payload, when known before it is read (x-amz-decoded-content-length, or the
  // request's own content length).
  std::optional<std::uint64_t> content_length;
  // Trailing fields of an aws-chunked body (x-amz-checksum-crc32, ...): filled when `body` has
  // ended.
  std::shared_ptr<http::Headers> trailers;
  // Set once `body` has returned an error that AWS has a code for (XAmzContentSHA256Mismatch, ...).
  std::shared_ptr<std::optional<ApiError>> body_error;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// Checks the signature of `request` (header or query form). `request_id` goes into the context.
  virtual Outcome<Authenticated> authenticate(http::Request& request,
                                              std::string_view request_id) = 0;
};

}  // namespace tunesmith::aws
