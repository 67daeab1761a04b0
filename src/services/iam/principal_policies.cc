// SPDX-License-Identifier: Apache-2.0
//
// The policies of users, of roles and of groups: the same operations thrice, since IAM has them so.
#include "base/strings.h"
#include "services/iam/convert.h"

#include <type_traits>

#include "access/managed_policies.h"

namespace tunesmith::services::iam {
namespace {

using store::PrincipalKind;

template <class Input>
constexpr bool kOfUser = requires(Input& input) { input.user_name; };
template <class Input>
constexpr bool kOfRole = requires(Input& input) { input.role_name; };

template <class Input>
constexpr PrincipalKind kind_of(const Input&) {
  return kOfUser<Input>   ? PrincipalKind::kUser
         : kOfRole<Input> ? PrincipalKind::kRole
                          : PrincipalKind::kGroup;
}

template <class Input>
const std::string& name_of(const Input& input) {
  if constexpr (kOfUser<Input>) {
    return input.user_name;
  } else if constexpr (kOfRole<Input>) {
    return input.role_name;
  } else {
    return input.group_name;
  }
}

template <class Input>
std::string described(const Input& input) {
  return describe(kind_of(input), name_of(input));
}

constexpr auto attach = [](Service& service, const RequestContext&,
                           const auto& input) -> Outcome<aws::NoOutput> {
  if (input.policy_arn.starts_with("arn:aws:iam::aws:") &&
      access::find_managed_policy(input.policy_arn) == nullptr)
    return to_api_error({ErrorKind::kNotFound, ""}, "Policy " + input.policy_arn);
  const auto written = service.identities.attach(kind_of(input), name_of(input), input.policy_arn,
                                                 kMaxAttachedPolicies);
  if (!written) {
    const bool policy_missing =
        written.error().kind == ErrorKind::kNotFound &&
        service.identities.principal(kind_of(input), name_of(input)).has_value();
    return to_api_error(written.error(),
                        policy_missing ? "Policy " + input.policy_arn : described(input));
  }
  service.changed();
  return aws::NoOutput{};
};

constexpr auto detach = [](Service& service, const RequestContext&,
                           const auto& input) -> Outcome<aws::NoOutput> {
  TUNESMITH_TRY_VOID(find(service, kind_of(input), name_of(input)));
  const auto erased = service.identities.detach(kind_of(input), name_of(input), input.policy_arn);
  if (!erased) return to_api_error(erased.error(), "Attached policy " + input.policy_arn);
  service.changed();
  return aws::NoOutput{};
};

template <class Output>
constexpr auto list_attached =
    [](Service& service, const RequestContext&, const auto& input) -> Outcome<Output> {
  TUNESMITH_TRY_VOID(find(service, kind_of(input), name_of(input)));
  auto arns = service.identities.attached_policies(kind_of(input), name_of(input));
  if (!arns) return to_api_error(arns.error(), described(input));
  Output out;
  out.attached_policies.emplace();
  TUNESMITH_TRY(const auto shown,
                page(std::move(*arns), input, out, [](const std::string& item) { return item; }));
  for (const std::string& arn : shown) {
    api::AttachedPolicy& row = out.attached_policies->emplace_back();
    row.policy_name = arn.substr(arn.rfind('/') + 1);
    row.policy_arn = arn;
  }
  return out;
};

constexpr auto put = [](Service& service, const RequestContext&,
                        const auto& input) -> Outcome<aws::NoOutput> {
  TUNESMITH_TRY_VOID(check_policy(input.policy_document, access::PolicyUse::kIdentity));
  const auto written = service.identities.put_inline_policy(
      kind_of(input), name_of(input), {input.policy_name, input.policy_document}, kMaxInlineBytes);
  if (!written) return to_api_error(written.error(), described(input));
  service.changed();
  return aws::NoOutput{};
};

template <class Output>
constexpr auto get =
    [](Service& service, const RequestContext&, const auto& input) -> Outcome<Output> {
  TUNESMITH_TRY_VOID(find(service, kind_of(input), name_of(input)));
  const auto policies = service.identities.inline_policies(kind_of(input), name_of(input));
  if (!policies) return to_api_error(policies.error(), described(input));
  for (const store::InlinePolicy& policy : *policies) {
    if (!iequals(policy.name, input.policy_name)) continue;
    Output out;
    if constexpr (kOfUser<std::decay_t<decltype(input)>>) {
      out.user_name = input.user_name;
    } else if constexpr (kOfRole<std::decay_t<decltype(input)>>) {
      out.role_name = input.role_name;
    } else {
      out.group_name = input.group_name;
    }
    out.policy_name = policy.name;
    out.policy_document = uri_encode(policy.document);
    return out;
  }
  return to_api_error({ErrorKind::kNotFound, ""}, "The policy with name " + input.policy_name);
};

template <class Output>
constexpr auto list =
    [](Service& service, const RequestContext&, const auto& input) -> Outcome<Output> {
  TUNESMITH_TRY_VOID(find(service, kind_of(input), name_of(input)));
  auto policies = service.identities.inline_policies(kind_of(input), name_of(input));
  if (!policies) return to_api_error(policies.error(), described(input));
  Output out;
  TUNESMITH_TRY(const auto shown,
                page(std::move(*policies), input, out, [](const auto& item) { return item.name; }));
  for (const store::InlinePolicy& policy : shown) out.policy_names.push_back(policy.name);
  return out;
};

constexpr auto erase = [](Service& service, const RequestContext&,
                          const auto& input) -> Outcome<aws::NoOutput> {
  TUNESMITH_TRY_VOID(find(service, kind_of(input), name_of(input)));
  const auto erased =
      service.identities.erase_inline_policy(kind_of(input), name_of(input), input.policy_name);
  if (!erased) return to_api_error(erased.error(), "The policy with name " + input.policy_name);
  service.changed();
  return aws::NoOutput{};
};

}  // namespace

void add_principal_policies(aws::OperationTable& table, Service& service) {
  add<api::AttachRolePolicy>(table, service, attach);
  add<api::AttachGroupPolicy>(table, service, attach);
  add<api::AttachUserPolicy>(table, service, attach);
  add<api::DetachRolePolicy>(table, service, detach);
  add<api::DetachGroupPolicy>(table, service, detach);
  add<api::DetachUserPolicy>(table, service, detach);
  add<api::ListAttachedRolePolicies>(table, service,
                                     list_attached<api::ListAttachedRolePoliciesResponse>);
  add<api::ListAttachedGroupPolicies>(table, service,
                                      list_attached<api::ListAttachedGroupPoliciesResponse>);
  add<api::ListAttachedUserPolicies>(table, service,
                                     list_attached<api::ListAttachedUserPoliciesResponse>);
  add<api::PutRolePolicy>(table, service, put);
  add<api::PutGroupPolicy>(table, service, put);
  add<api::PutUserPolicy>(table, service, put);
  add<api::GetRolePolicy>(table, service, get<api::GetRolePolicyResponse>);
  add<api::GetGroupPolicy>(table, service, get<api::GetGroupPolicyResponse>);
  add<api::GetUserPolicy>(table, service, get<api::GetUserPolicyResponse>);
  add<api::ListRolePolicies>(table, service, list<api::ListRolePoliciesResponse>);
  add<api::ListGroupPolicies>(table, service, list<api::ListGroupPoliciesResponse>);
  add<api::ListUserPolicies>(table, service, list<api::ListUserPoliciesResponse>);
  add<api::DeleteRolePolicy>(table, service, erase);
  add<api::DeleteGroupPolicy>(table, service, erase);
  add<api::DeleteUserPolicy>(table, service, erase);
}

}  // namespace tunesmith::services::iam
