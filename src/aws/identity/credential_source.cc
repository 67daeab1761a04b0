// SPDX-License-Identifier: Apache-2.0
#include "aws/identity/credential_source.h"

#include <fmt/core.h>

namespace tunesmith::aws::identity {

Identity session_identity(std::string_view role, std::string_view role_id, std::string_view session,
                          std::string_view access_key_id) {
  Identity identity;
  identity.account = kAccount;
  identity.arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", kAccount, role, session);
  identity.user_id = fmt::format("{}:{}", role_id, session);
  identity.access_key_id = access_key_id;
  identity.kind = CallerKind::kRole;
  identity.name = role;
  return identity;
}

}  // namespace tunesmith::aws::identity
