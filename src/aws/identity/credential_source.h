// SPDX-License-Identifier: Apache-2.0
//
// Where the secret of an access key comes from. Signature checking asks; the credential file and
// the temporary credentials of AssumeRole answer. Thread safe.
#pragma once

#include "aws/request_context.h"
#include "base/clock.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tunesmith::aws::identity {

/// A key that may sign, and for whom. Never logged.
struct Credential {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;         // empty for a long-lived key
  std::optional<Timestamp> expires;  // none for a long-lived key
  Identity identity;
};

enum class CredentialProblem {
  kUnknownKey,
  kBadToken,  // the session token is missing, forged, or does not belong to the key
  kExpired,
};

using CredentialLookup = std::variant<std::shared_ptr<const Credential>, CredentialProblem>;

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// `session_token` as the request carries it; empty when it carries none.
  virtual CredentialLookup find(std::string_view access_key_id,
                                std::string_view session_token) const = 0;
};

/// The account that everything belongs to, and the role that its first keys act as.
inline constexpr std::string_view kAccount = "123456789012";
inline constexpr std::string_view kExecutionRole = "TunesmithExecutionRole";
/// RoleId of that role, as IAM shows it.
inline constexpr std::string_view kExecutionRoleId = "AROATUNESMITHEXECROLE";

/// The caller that a session of a role is: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION.
Identity session_identity(std::string_view role, std::string_view role_id, std::string_view session,
                          std::string_view access_key_id);

}  // namespace tunesmith::aws::identity
