// SPDX-License-Identifier: Apache-2.0
//
// Groups of users. Their policies are in principal_policies.cc.
#include "services/iam/convert.h"

#include <fmt/core.h>

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

constexpr std::size_t kMaxGroups = 300;
constexpr std::size_t kMaxGroupsOfUser = 10;

api::Group wire_group(const RequestContext& context, const store::Principal& group) {
  api::Group out;
  out.path = group.path;
  out.group_name = group.name;
  out.group_id = group.id;
  out.arn = arn_of(context, group);
  out.create_date = group.created;
  return out;
}

Outcome<api::CreateGroupResponse> create_group(Service& service, const RequestContext& context,
                                               const api::CreateGroupRequest& input) {
  const auto groups = service.identities.principals(PrincipalKind::kGroup);
  if (!groups) return to_api_error(groups.error(), "");
  if (groups->size() >= kMaxGroups)
    return to_api_error({ErrorKind::kLimitExceeded, "groups per account"}, "");
  store::Principal group;
  group.kind = PrincipalKind::kGroup;
  group.name = input.group_name;
  group.id = new_id("AGPA");
  group.path = input.path.value_or("/");
  group.created = service.clock.now();
  if (const auto written = service.identities.insert(group, {}); !written)
    return to_api_error(written.error(), describe(group.kind, group.name));
  service.changed();
  return api::CreateGroupResponse{wire_group(context, group)};
}

Outcome<api::GetGroupResponse> get_group(Service& service, const RequestContext& context,
                                         const api::GetGroupRequest& input) {
  TUNESMITH_TRY(const store::Principal group,
                find(service, PrincipalKind::kGroup, input.group_name));
  auto users = service.identities.members(input.group_name);
  if (!users) return to_api_error(users.error(), "");
  api::GetGroupResponse out;
  out.group = wire_group(context, group);
  TUNESMITH_TRY(const auto shown,
                page(std::move(*users), input, out, [](const auto& item) { return item.name; }));
  for (const store::Principal& user : shown) out.users.push_back(wire_user(context, user));
  return out;
}

Outcome<api::ListGroupsResponse> list_groups(Service& service, const RequestContext& context,
                                             const api::ListGroupsRequest& input) {
  auto groups = service.identities.principals(PrincipalKind::kGroup);
  if (!groups) return to_api_error(groups.error(), "");
  std::erase_if(*groups, [&](const store::Principal& group) {
    return !group.path.starts_with(input.path_prefix.value_or("/"));
  });
  api::ListGroupsResponse out;
  TUNESMITH_TRY(const auto shown,
                page(std::move(*groups), input, out, [](const auto& item) { return item.name; }));
  for (const store::Principal& group : shown) out.groups.push_back(wire_group(context, group));
  return out;
}

Outcome<api::ListGroupsForUserResponse> list_groups_for_user(
    Service& service, const RequestContext& context, const api::ListGroupsForUserRequest& input) {
  TUNESMITH_TRY_VOID(find(service, PrincipalKind::kUser, input.user_name));
  auto groups = service.identities.groups_of(input.user_name);
  if (!groups) return to_api_error(groups.error(), "");
  api::ListGroupsForUserResponse out;
  TUNESMITH_TRY(const auto shown,
                page(std::move(*groups), input, out, [](const auto& item) { return item.name; }));
  for (const store::Principal& group : shown) out.groups.push_back(wire_group(context, group));
  return out;
}

Outcome<aws::NoOutput> delete_group(Service& service, const RequestContext&,
                                    const api::DeleteGroupRequest& input) {
  const auto erased = service.identities.erase_principal(PrincipalKind::kGroup, input.group_name);
  if (!erased)
    return to_api_error(erased.error(), describe(PrincipalKind::kGroup, input.group_name));
  service.changed();
  return aws::NoOutput{};
}

Outcome<aws::NoOutput> add_user_to_group(Service& service, const RequestContext&,
                                         const api::AddUserToGroupRequest& input) {
  const auto written =
      service.identities.add_member(input.group_name, input.user_name, kMaxGroupsOfUser);
  if (!written) {
    return to_api_error(written.error(), written.error().reason == "user"
                                             ? describe(PrincipalKind::kUser, input.user_name)
                                             : describe(PrincipalKind::kGroup, input.group_name));
  }
  service.changed();
  return aws::NoOutput{};
}

Outcome<aws::NoOutput> remove_user_from_group(Service& service, const RequestContext&,
                                              const api::RemoveUserFromGroupRequest& input) {
  TUNESMITH_TRY_VOID(find(service, PrincipalKind::kGroup, input.group_name));
  TUNESMITH_TRY_VOID(find(service, PrincipalKind::kUser, input.user_name));
  const auto erased = service.identities.remove_member(input.group_name, input.user_name);
  if (!erased) {
    return to_api_error(erased.error(),
                        fmt::format("User {} in group {}", input.user_name, input.group_name));
  }
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

void add_groups(aws::OperationTable& table, Service& service) {
  add<api::AddUserToGroup>(table, service, add_user_to_group);
  add<api::CreateGroup>(table, service, create_group);
  add<api::DeleteGroup>(table, service, delete_group);
  add<api::GetGroup>(table, service, get_group);
  add<api::ListGroups>(table, service, list_groups);
  add<api::ListGroupsForUser>(table, service, list_groups_for_user);
  add<api::RemoveUserFromGroup>(table, service, remove_user_from_group);
}

}  // namespace tunesmith::services::iam
