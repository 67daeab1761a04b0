// SPDX-License-Identifier: Apache-2.0
//
// Lets the console's sign-in check an access key: long-lived ones only. Thread safe.
#pragma once

#include "aws/identity/credential_source.h"
#include "console/key_checker.h"

namespace tunesmith::app {

class ConsoleKeys final : public console::KeyChecker {
 public:
  /// `credentials` outlives this.
  explicit ConsoleKeys(const aws::identity::CredentialSource& credentials)
      : credentials_(credentials) {}
  Result<std::string> check(std::string_view access_key_id, std::string_view secret) const override;

 private:
  const aws::identity::CredentialSource& credentials_;
};

}  // namespace tunesmith::app
