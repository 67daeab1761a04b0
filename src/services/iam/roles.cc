// SPDX-License-Identifier: Apache-2.0
#include "aws/identity/credential_source.h"
#include "base/strings.h"
#include "services/iam/convert.h"
#include "services/iam/trust.h"

#include <utility>

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

Outcome<api::Role> wire_role(const Service& service, const RequestContext& context,
                             const store::Principal& role) {
  TUNESMITH_TRY(const std::string trust, shown_trust(service.identities, role.trust_policy));
  api::Role out;
  out.path = role.path;
  out.role_name = role.name;
  out.role_id = role.id;
  out.arn = arn_of(context, role);
  out.create_date = role.created;
  out.assume_role_policy_document = uri_encode(trust);  // IAM answers it percent-encoded
  if (!role.description.empty()) out.description = role.description;
  out.max_session_duration = static_cast<std::int32_t>(role.max_session_seconds);
  return out;
}

/// As roles are shown alone: lists leave the boundary out.
Outcome<api::Role> whole_role(const Service& service, const RequestContext& context,
                              const store::Principal& role) {
  TUNESMITH_TRY(api::Role out, wire_role(service, context, role));
  out.permissions_boundary = wire_boundary(role);
  return out;
}

Outcome<api::GetRoleResponse> get_role(Service& service, const RequestContext& context,
                                       const api::GetRoleRequest& input) {
  TUNESMITH_TRY(const store::Principal role, find(service, PrincipalKind::kRole, input.role_name));
  TUNESMITH_TRY(api::Role shown, whole_role(service, context, role));
  return api::GetRoleResponse{std::move(shown)};
}

Outcome<api::CreateRoleResponse> create_role(Service& service, const RequestContext& context,
                                             const api::CreateRoleRequest& input) {
  if (input.permissions_boundary)
    TUNESMITH_TRY_VOID(check_boundary(service, *input.permissions_boundary));
  TUNESMITH_TRY_VOID(check_policy(input.assume_role_policy_document, access::PolicyUse::kTrust));
  const auto roles = service.identities.principals(PrincipalKind::kRole);
  if (!roles) return to_api_error(roles.error(), "");
  if (roles->size() >= kMaxPrincipals)
    return to_api_error({ErrorKind::kLimitExceeded, "roles per account"}, "");
  store::Principal role;
  role.kind = PrincipalKind::kRole;
  role.name = input.role_name;
  role.id = new_id("AROA");
  role.path = input.path.value_or("/");
  role.created = service.clock.now();
  role.max_session_seconds = input.max_session_duration.value_or(3600);
  role.description = input.description.value_or("");
  TUNESMITH_TRY(role.trust_policy,
                kept_trust(service.identities, input.assume_role_policy_document));
  role.boundary = input.permissions_boundary.value_or("");
  if (const auto written = service.identities.insert(role, {}); !written) {
    if (written.error().kind == ErrorKind::kAlreadyExists)
      return aws::ApiError{"EntityAlreadyExists",
                           "Role with name " + input.role_name + " already exists.", 409};
    return to_api_error(written.error(), describe(role.kind, role.name));
  }
  service.changed();
  TUNESMITH_TRY(api::Role shown, whole_role(service, context, role));
  return api::CreateRoleResponse{std::move(shown)};
}

Outcome<api::ListRolesResponse> list_roles(Service& service, const RequestContext& context,
                                           const api::ListRolesRequest& input) {
  auto roles = service.identities.principals(PrincipalKind::kRole);
  if (!roles) return to_api_error(roles.error(), "");
  std::erase_if(*roles, [&](const store::Principal& role) {
    return !role.path.starts_with(input.path_prefix.value_or("/"));
  });
  api::ListRolesResponse out;
  TUNESMITH_TRY(const auto shown,
                page(std::move(*roles), input, out, [](const auto& item) { return item.name; }));
  for (const store::Principal& role : shown) {
    TUNESMITH_TRY(api::Role wire, wire_role(service, context, role));
    out.roles.push_back(std::move(wire));
  }
  return out;
}

Outcome<aws::NoOutput> update_assume_role_policy(Service& service, const RequestContext&,
                                                 const api::UpdateAssumeRolePolicyRequest& input) {
  TUNESMITH_TRY_VOID(check_policy(input.policy_document, access::PolicyUse::kTrust));
  TUNESMITH_TRY(store::Principal role, find(service, PrincipalKind::kRole, input.role_name));
  TUNESMITH_TRY(role.trust_policy, kept_trust(service.identities, input.policy_document));
  if (const auto written = service.identities.update(role); !written)
    return to_api_error(written.error(), describe(role.kind, role.name));
  service.changed();
  return aws::NoOutput{};
}

Outcome<aws::NoOutput> delete_role(Service& service, const RequestContext&,
                                   const api::DeleteRoleRequest& input) {
  if (iequals(input.role_name, aws::identity::kExecutionRole))
    return aws::ApiError{"UnmodifiableEntity",
                         "The first credentials of this server act as this role.", 400};
  const auto erased = service.identities.erase_principal(PrincipalKind::kRole, input.role_name);
  if (!erased) return to_api_error(erased.error(), describe(PrincipalKind::kRole, input.role_name));
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

void add_roles(aws::OperationTable& table, Service& service) {
  add<api::CreateRole>(table, service, create_role);
  add<api::DeleteRole>(table, service, delete_role);
  add<api::GetRole>(table, service, get_role);
  add<api::ListRoles>(table, service, list_roles);
  add<api::UpdateAssumeRolePolicy>(table, service, update_assume_role_policy);
}

}  // namespace tunesmith::services::iam
