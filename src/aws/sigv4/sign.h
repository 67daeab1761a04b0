// SPDX-License-Identifier: Apache-2.0
//
// The client's side of Signature Version 4: signs requests of the command line and of tests. Pure.
#pragma once

#include "base/clock.h"
#include "http/message.h"

#include <string>
#include <string_view>

namespace tunesmith::aws::sigv4 {

struct SigningCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token{};  // empty: none
};

struct SigningTarget {
  std::string region = "us-east-1";
  std::string service;  // signing name: "sagemaker", "s3"
};

/// Adds X-Amz-Date, X-Amz-Security-Token, for S3 X-Amz-Content-Sha256, and Authorization to
/// `headers`. Signs the fields that are in `headers`, which must hold Host; `target` is path and
/// query as they will be sent. `payload_hash`: SHA-256 of the body in hexadecimal, or
/// "UNSIGNED-PAYLOAD" (S3).
void sign_request(std::string_view method, std::string_view target, http::Headers& headers,
                  std::string_view payload_hash, const SigningCredentials& credentials,
                  const SigningTarget& where, Timestamp now);

/// `target` with the query that lets anyone send this request (with an unsigned body) to `host` for
/// `expires_seconds`. S3 only.
std::string presign(std::string_view method, std::string_view target, std::string_view host,
                    const SigningCredentials& credentials, const SigningTarget& where,
                    Timestamp now, int expires_seconds);

/// SHA-256 in hexadecimal.
std::string payload_hash(std::string_view body);

}  // namespace tunesmith::aws::sigv4
