// SPDX-License-Identifier: Apache-2.0
//
// Reads what a request says of its own signature: the Authorization field, or the query of a
// presigned URL. Nothing is checked here but the form.
#pragma once

#include "aws/sigv4/signing_key.h"
#include "http/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tunesmith::aws::sigv4 {

struct SignatureFields {
  enum class Form { kHeader, kQuery, kQueryV2 };
  Form form = Form::kHeader;
  std::string access_key_id;
  std::string date;  // of the credential scope
  std::string region;
  std::string service;
  std::string signed_headers;           // "host;x-amz-date", lower case
  std::string signature;                // hexadecimal; base64 in kQueryV2
  std::string time;                     // "20261124T215406Z"; empty in kQueryV2
  std::optional<std::int64_t> expires;  // kQuery: seconds after `time`; kQueryV2: epoch seconds
  std::string session_token;

  Scope scope() const { return {date, region, service}; }
};

struct AuthorizationProblem {
  enum class Kind { kMissing, kUnsupported, kMalformed };
  Kind kind = Kind::kMalformed;
  bool in_query = false;
  std::string what;     // for kMalformed, in AWS's words where they are known
  std::string service;  // of the scope, when that could be read
};

std::variant<SignatureFields, AuthorizationProblem> read_authorization(
    const http::Request& request);

}  // namespace tunesmith::aws::sigv4
