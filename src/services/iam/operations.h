// SPDX-License-Identifier: Apache-2.0
//
// The IAM operations that this server answers. Roles are kept; what they may do is not restricted
// yet: every role and key of this server is an administrator of it, and SimulatePrincipalPolicy
// says so.
#pragma once

#include "aws/operation_table.h"
#include "base/clock.h"
#include "store/store.h"

#include "tunesmith/api/iam/operations.h"

namespace tunesmith::services::iam {

namespace api = tunesmith::api::iam;

/// All members outlive the operation table.
struct Service {
  store::Store& store;
  const Clock& clock;
};

void register_operations(aws::OperationTable& table, Service& service);

/// The ready role that jobs run as, made when it is not there.
Result<void> ensure_execution_role(store::Store& store, Timestamp now);

aws::Outcome<api::GetRoleResponse> get_role(Service& service, const aws::RequestContext& context,
                                            const api::GetRoleRequest& input);
aws::Outcome<api::CreateRoleResponse> create_role(Service& service,
                                                  const aws::RequestContext& context,
                                                  const api::CreateRoleRequest& input);
aws::Outcome<api::ListRolesResponse> list_roles(Service& service,
                                                const aws::RequestContext& context,
                                                const api::ListRolesRequest& input);
aws::Outcome<api::SimulatePolicyResponse> simulate_principal_policy(
    Service& service, const aws::RequestContext& context,
    const api::SimulatePrincipalPolicyRequest& input);

}  // namespace tunesmith::services::iam
