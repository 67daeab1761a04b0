// SPDX-License-Identifier: Apache-2.0
#include "app/access_control.h"

#include "services/iam/operations.h"
#include "store/sqlite/identity_tables.h"

#include <utility>
#include <vector>

namespace tunesmith::app {

Result<AccessControl> AccessControl::open(store::Database& database, const store::Store& store,
                                          const DataDirectory& folder, const Clock& clock) {
  AccessControl made;
  made.identities = std::make_unique<store::SqliteIdentities>(database);
  made.directory = std::make_unique<access::Directory>(*made.identities);
  TUNESMITH_TRY(const auto keys,
                aws::identity::load_or_create_credential_file(folder.credentials()));
  made.owner_keys = std::make_unique<aws::identity::FileCredentials>(keys);
  TUNESMITH_TRY(std::string derivation_key, folder.secret("user-keys"));
  made.user_keys =
      std::make_unique<services::iam::UserCredentials>(std::move(derivation_key), *made.identities);
  TUNESMITH_TRY(made.sessions, aws::identity::SessionCredentials::load_or_create(
                                   folder.secrets() / "sessions", clock));
  made.credentials = std::make_unique<aws::identity::CombinedCredentials>(
      std::vector<const aws::identity::CredentialSource*>{
          made.owner_keys.get(), made.user_keys.get(), made.sessions.get()});
  made.authorizer = std::make_unique<services::iam::PolicyAuthorizer>(
      *made.directory, *made.identities, store, clock);
  TUNESMITH_TRY_VOID(services::iam::ensure_execution_role(*made.identities, clock.now()));
  return made;
}

}  // namespace tunesmith::app
