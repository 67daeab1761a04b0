// SPDX-License-Identifier: Apache-2.0
#include "app/access_control.h"

#include "base/strings.h"
#include "services/iam/operations.h"
#include "services/iam/trust.h"
#include "store/sqlite/identity_tables.h"

#include <utility>
#include <vector>

namespace tunesmith::app {

namespace {

std::optional<std::string> tag_of(const objects::ObjectStore& objects, const std::string& bucket,
                                  const std::string& key, std::string_view tag) {
  const auto info = objects.head(bucket, key);
  if (!info) return std::nullopt;
  for (const auto& [name, value] : info->tags) {
    if (to_lower(name) == tag) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<AccessControl> AccessControl::open(store::Database& database, const store::Store& store,
                                          const objects::ObjectStore& objects,
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
      *made.directory, *made.identities, store,
      [&objects](const std::string& bucket, const std::string& key, std::string_view tag) {
        return tag_of(objects, bucket, key, tag);
      },
      clock);
  TUNESMITH_TRY_VOID(services::iam::ensure_execution_role(*made.identities, clock.now()));
  TUNESMITH_TRY_VOID(services::iam::pin_old_trust(*made.identities));
  return made;
}

}  // namespace tunesmith::app
