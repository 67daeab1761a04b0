// SPDX-License-Identifier: Apache-2.0
//
// The Authenticator that checks AWS signatures: Signature Version 4 in the Authorization field, in
// a presigned URL and chunk by chunk, and Version 2 in a presigned S3 URL. Thread safe.
#pragma once

#include "aws/authenticator.h"
#include "aws/identity/credential_source.h"
#include "aws/sigv4/authorization.h"
#include "aws/sigv4/errors.h"
#include "aws/sigv4/signing_key.h"
#include "base/clock.h"

#include <cstddef>
#include <string_view>

namespace tunesmith::aws::sigv4 {

struct AuthenticatorOptions {
  // The whole body of what is not S3 is read to be hashed: at most so much.
  std::size_t max_buffered_body = 32U << 20U;
};

class SignatureAuthenticator final : public Authenticator {
 public:
  /// `credentials` and `clock` must outlive this.
  SignatureAuthenticator(const identity::CredentialSource& credentials, const Clock& clock,
                         AuthenticatorOptions options = {});

  Outcome<Authenticated> authenticate(http::Request& request, std::string_view request_id) override;

 private:
  struct Attempt;  // one request's way through the checks
  Outcome<void> check_time(const SignatureFields& fields, Family family) const;
  Outcome<void> check_v4(Attempt& attempt) const;
  Outcome<void> check_v2(Attempt& attempt) const;
  Outcome<void> choose_payload(Attempt& attempt) const;
  Outcome<void> read_whole_payload(Attempt& attempt) const;

  const identity::CredentialSource& credentials_;
  const Clock& clock_;
  const AuthenticatorOptions options_;
  mutable SigningKeyCache keys_;
};

}  // namespace tunesmith::aws::sigv4
