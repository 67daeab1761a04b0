// SPDX-License-Identifier: Apache-2.0
//
// IAM: users and their keys, groups, roles, policies. Each file holds the operations on one of them
// and says with add_... which they are.
#pragma once

#include "aws/operation_table.h"
#include "base/clock.h"
#include "services/iam/user_credentials.h"
#include "store/identities.h"

#include "tunesmith/api/iam/operations.h"

#include "access/directory.h"

namespace tunesmith::services::iam {

namespace api = tunesmith::api::iam;
using aws::Outcome;
using aws::RequestContext;

/// All members outlive the operation table.
struct Service {
  store::Identities& identities;
  access::Directory& directory;
  UserCredentials& keys;
  const Clock& clock;

  /// To be called after each committed change: what was remembered of it is out of date.
  void changed() const {
    directory.forget();
    keys.forget();
  }
};

void register_operations(aws::OperationTable& table, Service& service);

void add_access_keys(aws::OperationTable& table, Service& service);
void add_boundaries(aws::OperationTable& table, Service& service);
void add_groups(aws::OperationTable& table, Service& service);
void add_policies(aws::OperationTable& table, Service& service);
void add_principal_policies(aws::OperationTable& table, Service& service);
void add_roles(aws::OperationTable& table, Service& service);
void add_simulation(aws::OperationTable& table, Service& service);
void add_users(aws::OperationTable& table, Service& service);

/// The ready role that jobs run as, made when it is not there.
Result<void> ensure_execution_role(store::Identities& identities, Timestamp now);

}  // namespace tunesmith::services::iam
