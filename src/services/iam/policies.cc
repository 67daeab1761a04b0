// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/iam/convert.h"

#include <fmt/core.h>

#include "access/managed_policies.h"

namespace tunesmith::services::iam {
namespace {

constexpr std::string_view kVersion = "v1";
constexpr std::size_t kMaxPolicies = 1500;

std::string policy_text(std::string_view arn) { return fmt::format("Policy {}", arn); }

api::Policy wire_policy(const store::PolicyRow& policy) {
  api::Policy out;
  out.policy_name = policy.name;
  out.policy_id = policy.id;
  out.arn = policy.arn;
  out.path = policy.path;
  out.default_version_id = kVersion;
  out.attachment_count = static_cast<std::int32_t>(policy.attachments);
  out.permissions_boundary_usage_count = static_cast<std::int32_t>(policy.boundaries);
  out.is_attachable = true;
  if (!policy.description.empty()) out.description = policy.description;
  out.create_date = policy.created;
  out.update_date = policy.created;
  return out;
}

/// AWS's own policies as rows. Their ids are made from their names, since they are no rows.
store::PolicyRow row_of(const access::ManagedPolicy& policy) {
  store::PolicyRow row;
  row.arn = fmt::format("arn:aws:iam::aws:policy{}{}", policy.path, policy.name);
  row.name = policy.name;
  row.id = fmt::format("ANPA{:A<17.17}", policy.name);
  for (char& c : row.id) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  row.path = policy.path;
  row.description = policy.description;
  row.document = policy.document;
  return row;
}

Outcome<store::PolicyRow> find_policy(const Service& service, const std::string& arn) {
  if (const access::ManagedPolicy* managed = access::find_managed_policy(arn))
    return row_of(*managed);
  auto row = service.identities.policy(arn);
  if (!row) return to_api_error(row.error(), policy_text(arn));
  if (row->arn != arn) return to_api_error({ErrorKind::kNotFound, ""}, policy_text(arn));
  return std::move(*row);
}

Outcome<api::CreatePolicyResponse> create_policy(Service& service, const RequestContext& context,
                                                 const api::CreatePolicyRequest& input) {
  TUNESMITH_TRY_VOID(check_policy(input.policy_document, access::PolicyUse::kIdentity));
  const auto there = service.identities.policies();
  if (!there) return to_api_error(there.error(), "");
  if (there->size() >= kMaxPolicies)
    return to_api_error({ErrorKind::kLimitExceeded, "policies per account"}, "");
  store::PolicyRow policy;
  policy.name = input.policy_name;
  policy.path = input.path.value_or("/");
  policy.arn =
      fmt::format("arn:aws:iam::{}:policy{}{}", context.identity.account, policy.path, policy.name);
  policy.id = new_id("ANPA");
  policy.description = input.description.value_or("");
  policy.document = input.policy_document;
  policy.created = service.clock.now();
  if (const auto written = service.identities.insert(policy); !written)
    return to_api_error(written.error(), "A policy called " + input.policy_name);
  return api::CreatePolicyResponse{wire_policy(policy)};
}

Outcome<api::GetPolicyResponse> get_policy(Service& service, const RequestContext&,
                                           const api::GetPolicyRequest& input) {
  TUNESMITH_TRY(const store::PolicyRow policy, find_policy(service, input.policy_arn));
  return api::GetPolicyResponse{wire_policy(policy)};
}

Outcome<api::GetPolicyVersionResponse> get_policy_version(
    Service& service, const RequestContext&, const api::GetPolicyVersionRequest& input) {
  TUNESMITH_TRY(const store::PolicyRow policy, find_policy(service, input.policy_arn));
  if (input.version_id != kVersion)
    return to_api_error({ErrorKind::kNotFound, ""},
                        fmt::format("Policy version {}", input.version_id));
  api::PolicyVersion version;
  version.document = uri_encode(policy.document);
  version.version_id = kVersion;
  version.is_default_version = true;
  version.create_date = policy.created;
  return api::GetPolicyVersionResponse{std::move(version)};
}

Outcome<api::ListPoliciesResponse> list_policies(Service& service, const RequestContext&,
                                                 const api::ListPoliciesRequest& input) {
  auto policies = service.identities.policies();
  if (!policies) return to_api_error(policies.error(), "");
  const std::string scope = input.scope.value_or("All");
  if (scope == "AWS") policies->clear();
  if (scope != "Local") {
    for (const access::ManagedPolicy& policy : access::managed_policies())
      policies->push_back(row_of(policy));
  }
  std::erase_if(*policies, [&](const store::PolicyRow& policy) {
    return !policy.path.starts_with(input.path_prefix.value_or("/")) ||
           (input.only_attached.value_or(false) && policy.attachments == 0);
  });
  api::ListPoliciesResponse out;
  out.policies.emplace();
  TUNESMITH_TRY(const auto shown,
                page(std::move(*policies), input, out, [](const auto& item) { return item.arn; }));
  for (const store::PolicyRow& policy : shown) out.policies->push_back(wire_policy(policy));
  return out;
}

Outcome<aws::NoOutput> delete_policy(Service& service, const RequestContext&,
                                     const api::DeletePolicyRequest& input) {
  if (access::find_managed_policy(input.policy_arn) != nullptr)
    return aws::ApiError{"AccessDenied", "A policy of AWS's own can't be deleted.", 403};
  const auto erased = service.identities.erase_policy(input.policy_arn);
  if (!erased) return to_api_error(erased.error(), policy_text(input.policy_arn));
  service.changed();
  return aws::NoOutput{};
}

}  // namespace

void add_policies(aws::OperationTable& table, Service& service) {
  add<api::CreatePolicy>(table, service, create_policy);
  add<api::DeletePolicy>(table, service, delete_policy);
  add<api::GetPolicy>(table, service, get_policy);
  add<api::GetPolicyVersion>(table, service, get_policy_version);
  add<api::ListPolicies>(table, service, list_policies);
}

}  // namespace tunesmith::services::iam
