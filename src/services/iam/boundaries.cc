// SPDX-License-Identifier: Apache-2.0
//
// Permissions boundaries of users and roles: a policy beyond which they may do nothing, whatever
// their other policies say.
#include "services/iam/convert.h"

#include <fmt/core.h>

#include "access/managed_policies.h"

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

Outcome<aws::NoOutput> set(Service& service, PrincipalKind kind, const std::string& name,
                           const std::string& arn) {
  if (!arn.empty()) TUNESMITH_TRY_VOID(check_boundary(service, arn));
  const auto written = service.identities.set_boundary(kind, name, arn);
  if (!written) {
    return written.error().reason == "policy" ? no_such_boundary(arn)
                                              : to_api_error(written.error(), describe(kind, name));
  }
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

aws::ApiError no_such_boundary(const std::string& arn) {
  return {"NoSuchEntity", fmt::format("Scope ARN: {} does not exist or is not attachable.", arn),
          404};
}

Outcome<void> check_boundary(const Service& service, const std::string& arn) {
  if (access::find_managed_policy(arn) != nullptr) return {};
  const auto policy = service.identities.policy(arn);
  if (!policy && policy.error().kind != ErrorKind::kNotFound)
    return to_api_error(policy.error(), "");
  return policy && policy->arn == arn ? Outcome<void>() : no_such_boundary(arn);
}

void add_boundaries(aws::OperationTable& table, Service& service) {
  add<api::PutUserPermissionsBoundary>(
      table, service, [](Service& s, const RequestContext&, const auto& input) {
        return set(s, PrincipalKind::kUser, input.user_name, input.permissions_boundary);
      });
  add<api::PutRolePermissionsBoundary>(
      table, service, [](Service& s, const RequestContext&, const auto& input) {
        return set(s, PrincipalKind::kRole, input.role_name, input.permissions_boundary);
      });
  add<api::DeleteUserPermissionsBoundary>(
      table, service, [](Service& s, const RequestContext&, const auto& input) {
        return set(s, PrincipalKind::kUser, input.user_name, "");
      });
  add<api::DeleteRolePermissionsBoundary>(
      table, service, [](Service& s, const RequestContext&, const auto& input) {
        return set(s, PrincipalKind::kRole, input.role_name, "");
      });
}

}  // namespace tunesmith::services::iam
