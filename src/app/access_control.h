// SPDX-License-Identifier: Apache-2.0
//
// Who may do what, put together: the data directory's own keys, users' keys and sessions of roles;
// the policies that decide. Built once at the start; its parts are thread safe.
#pragma once

#include "app/data_directory.h"
#include "aws/identity/credential_file.h"
#include "aws/identity/session_credentials.h"
#include "base/clock.h"
#include "objects/object_store.h"
#include "services/iam/policy_authorizer.h"
#include "services/iam/user_credentials.h"
#include "store/identities.h"
#include "store/sqlite/database.h"
#include "store/store.h"

#include <memory>

#include "access/directory.h"

namespace tunesmith::app {

struct AccessControl {
  std::unique_ptr<store::Identities> identities;
  std::unique_ptr<access::Directory> directory;
  std::unique_ptr<aws::identity::FileCredentials> owner_keys;
  std::unique_ptr<services::iam::UserCredentials> user_keys;
  std::unique_ptr<aws::identity::SessionCredentials> sessions;
  std::unique_ptr<aws::identity::CombinedCredentials> credentials;  // all three
  std::unique_ptr<services::iam::PolicyAuthorizer> authorizer;

  /// Makes the first key, the secrets and the execution role where they are missing. The arguments
  /// must outlive the result.
  static Result<AccessControl> open(store::Database& database, const store::Store& store,
                                    const objects::ObjectStore& objects,
                                    const DataDirectory& folder, const Clock& clock);
};

}  // namespace tunesmith::app
