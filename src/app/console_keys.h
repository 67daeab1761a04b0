// SPDX-License-Identifier: Apache-2.0
//
// Lets the console's sign-in check an access key: long-lived ones only, of callers who may do
// tunesmith:UseConsole. The console shows and does everything, so that is for administrators.
// Thread safe.
#pragma once

#include "aws/identity/credential_source.h"
#include "console/key_checker.h"
#include "services/iam/policy_authorizer.h"

#include <memory>

namespace tunesmith::app {

class ConsoleKeys final : public console::KeyChecker {
 public:
  /// The arguments outlive this.
  ConsoleKeys(const aws::identity::CredentialSource& credentials,
              const services::iam::PolicyAuthorizer& authorizer)
      : credentials_(credentials), authorizer_(authorizer) {}
  Result<std::string> check(std::string_view access_key_id, std::string_view secret) const override;
  Result<std::string> owner(std::string_view access_key_id) const override;

 private:
  using Found = std::shared_ptr<const aws::identity::Credential>;
  /// Null without an active key of that id.
  Found find(std::string_view access_key_id) const;
  Result<std::string> name_if_allowed(const aws::Identity& identity) const;

  const aws::identity::CredentialSource& credentials_;
  const services::iam::PolicyAuthorizer& authorizer_;
};

}  // namespace tunesmith::app
