// SPDX-License-Identifier: Apache-2.0
#include "services/iam/operations.h"

#include "aws/identity/credential_source.h"

namespace tunesmith::services::iam {

void register_operations(aws::OperationTable& table, Service& service) {
  add_access_keys(table, service);
  add_boundaries(table, service);
  add_groups(table, service);
  add_policies(table, service);
  add_principal_policies(table, service);
  add_roles(table, service);
  add_simulation(table, service);
  add_users(table, service);
}

Result<void> ensure_execution_role(store::Identities& identities, Timestamp now) {
  const std::string name(aws::identity::kExecutionRole);
  const auto there = identities.principal(store::PrincipalKind::kRole, name);
  if (!there && there.error().kind != ErrorKind::kNotFound) return there.error();
  if (there) return {};
  store::Principal role;
  role.kind = store::PrincipalKind::kRole;
  role.name = name;
  role.id = aws::identity::kExecutionRoleId;
  role.path = "/";
  role.created = now;
  role.max_session_seconds = 43200;
  role.description = "The role that Tunesmith's first credentials and its training jobs act as.";
  role.trust_policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
  return identities.insert(role, {"arn:aws:iam::aws:policy/AdministratorAccess"});
}

}  // namespace tunesmith::services::iam
