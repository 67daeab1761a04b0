// SPDX-License-Identifier: Apache-2.0
#include "services/iam/convert.h"

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

/// As users are shown alone: lists leave the boundary out.
api::User whole_user(const RequestContext& context, const store::Principal& user) {
  api::User out = wire_user(context, user);
  out.permissions_boundary = wire_boundary(user);
  return out;
}

Outcome<api::CreateUserResponse> create_user(Service& service, const RequestContext& context,
                                             const api::CreateUserRequest& input) {
  if (input.permissions_boundary)
    TUNESMITH_TRY_VOID(check_boundary(service, *input.permissions_boundary));
  const auto users = service.identities.principals(PrincipalKind::kUser);
  if (!users) return to_api_error(users.error(), "");
  if (users->size() >= kMaxPrincipals)
    return to_api_error({ErrorKind::kLimitExceeded, "users per account"}, "");
  store::Principal user;
  user.kind = PrincipalKind::kUser;
  user.name = input.user_name;
  user.id = new_id("AIDA");
  user.path = input.path.value_or("/");
  user.created = service.clock.now();
  user.boundary = input.permissions_boundary.value_or("");
  if (const auto written = service.identities.insert(user, {}); !written)
    return to_api_error(written.error(), describe(user.kind, user.name));
  service.changed();
  return api::CreateUserResponse{whole_user(context, user)};
}

Outcome<api::GetUserResponse> get_user(Service& service, const RequestContext& context,
                                       const api::GetUserRequest& input) {
  TUNESMITH_TRY(const std::string name, user_or_self(context, input.user_name));
  TUNESMITH_TRY(const store::Principal user, find(service, PrincipalKind::kUser, name));
  return api::GetUserResponse{whole_user(context, user)};
}

Outcome<api::ListUsersResponse> list_users(Service& service, const RequestContext& context,
                                           const api::ListUsersRequest& input) {
  auto users = service.identities.principals(PrincipalKind::kUser);
  if (!users) return to_api_error(users.error(), "");
  std::erase_if(*users, [&](const store::Principal& user) {
    return !user.path.starts_with(input.path_prefix.value_or("/"));
  });
  api::ListUsersResponse out;
  TUNESMITH_TRY(const auto shown,
                page(std::move(*users), input, out, [](const auto& item) { return item.name; }));
  for (const store::Principal& user : shown) out.users.push_back(wire_user(context, user));
  return out;
}

Outcome<aws::NoOutput> delete_user(Service& service, const RequestContext&,
                                   const api::DeleteUserRequest& input) {
  const auto erased = service.identities.erase_principal(PrincipalKind::kUser, input.user_name);
  if (!erased) return to_api_error(erased.error(), describe(PrincipalKind::kUser, input.user_name));
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

void add_users(aws::OperationTable& table, Service& service) {
  add<api::CreateUser>(table, service, create_user);
  add<api::DeleteUser>(table, service, delete_user);
  add<api::GetUser>(table, service, get_user);
  add<api::ListUsers>(table, service, list_users);
}

}  // namespace tunesmith::services::iam
