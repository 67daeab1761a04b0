// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/iam/convert.h"

#include <fmt/core.h>

#include "access/directory.h"

namespace tunesmith::services::iam {
namespace {

/// The user or role that an ARN names.
Outcome<store::Principal> find_source(const Service& service, const RequestContext& context,
                                      const std::string& arn) {
  const std::string name = arn.substr(arn.rfind('/') + 1);
  for (const auto kind : {store::PrincipalKind::kUser, store::PrincipalKind::kRole}) {
    auto principal = service.identities.principal(kind, name);
    if (principal && arn_of(context, *principal) == arn) return std::move(*principal);
    if (!principal && principal.error().kind != ErrorKind::kNotFound)
      return to_api_error(principal.error(), "");
  }
  return aws::ApiError{"NoSuchEntity", fmt::format("The policy source {} cannot be found.", arn),
                       404};
}

std::string decision(access::Verdict verdict) {
  switch (verdict) {
    case access::Verdict::kAllowed:
      return "allowed";
    case access::Verdict::kDeniedExplicitly:
    case access::Verdict::kDeniedByBoundary:
      return "explicitDeny";
    case access::Verdict::kNotAllowed:
    case access::Verdict::kOutsideBoundary:
      break;
  }
  return "implicitDeny";
}

Outcome<api::SimulatePolicyResponse> simulate(Service& service, const RequestContext& context,
                                              const api::SimulatePrincipalPolicyRequest& input) {
  if (input.policy_input_list) return refused("PolicyInputList");
  if (input.permissions_boundary_policy_input_list)
    return refused("PermissionsBoundaryPolicyInputList");
  if (input.resource_policy) return refused("ResourcePolicy");
  // The answer is never cut, so that no marker was given.
  if (input.marker) return invalid_marker();
  TUNESMITH_TRY(const store::Principal source,
                find_source(service, context, input.policy_source_arn));
  const auto rights = service.directory.rights(source.kind, source.name);
  if (!rights) return to_api_error(rights.error(), "");
  const access::ConditionKeys keys =
      [&](std::string_view key) -> std::optional<std::vector<std::string>> {
    if (input.context_entries) {
      for (const api::ContextEntry& entry : *input.context_entries) {
        if (entry.context_key_name && to_lower(*entry.context_key_name) == key)
          return entry.context_key_values;
      }
    }
    return std::nullopt;
  };
  static const std::vector<std::string> kEverything = {"*"};
  const auto& resources = input.resource_arns ? *input.resource_arns : kEverything;
  api::SimulatePolicyResponse out;
  out.evaluation_results.emplace();
  out.is_truncated = false;
  for (const std::string& action : input.action_names) {
    for (const std::string& resource : resources) {
      api::EvaluationResult& result = out.evaluation_results->emplace_back();
      result.eval_action_name = action;
      result.eval_resource_name = resource;
      result.eval_decision = decision((*rights)->judge({action, resource, keys}));
    }
  }
  return out;
}

}  // namespace

void add_simulation(aws::OperationTable& table, Service& service) {
  add<api::SimulatePrincipalPolicy>(table, service, simulate);
}

}  // namespace tunesmith::services::iam
