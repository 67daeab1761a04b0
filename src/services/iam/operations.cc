// SPDX-License-Identifier: Apache-2.0
#include "services/iam/operations.h"

#include "aws/identity/credential_source.h"
#include "base/log.h"
#include "base/random.h"
#include "base/strings.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::services::iam {
namespace {

constexpr std::string_view kTrustPolicy =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]})";

aws::ApiError failure(const Error& error) {
  log::error("iam: {}", error.message);
  return {"ServiceFailure", "The request processing has failed because of an unknown error.", 500};
}

aws::ApiError no_such_role(const std::string& name) {
  return {"NoSuchEntity", fmt::format("The role with name {} cannot be found.", name), 404};
}

std::string arn_of(const aws::RequestContext& context, const store::Role& role) {
  return fmt::format("arn:aws:iam::{}:role{}{}", context.identity.account, role.path, role.name);
}

api::Role wire_role(const aws::RequestContext& context, const store::Role& role) {
  api::Role out;
  out.path = role.path;
  out.role_name = role.name;
  out.role_id = role.id;
  out.arn = arn_of(context, role);
  out.create_date = role.created;
  out.assume_role_policy_document =
      uri_encode(role.trust_policy);  // IAM answers it percent-encoded
  if (!role.description.empty()) out.description = role.description;
  out.max_session_duration = static_cast<std::int32_t>(role.max_session_seconds);
  return out;
}

std::string new_role_id() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const std::string bytes = from_hex(random_hex(17)).value_or("");
  std::string id = "AROA";
  for (const char c : bytes) id += kLetters[static_cast<unsigned char>(c) % kLetters.size()];
  return id;
}

}  // namespace

void register_operations(aws::OperationTable& table, Service& service) {
  table.add<api::GetRole>([&service](aws::RequestContext& context, api::GetRoleRequest& input) {
    return get_role(service, context, input);
  });
  table.add<api::CreateRole>(
      [&service](aws::RequestContext& context, api::CreateRoleRequest& input) {
        return create_role(service, context, input);
      });
  table.add<api::ListRoles>([&service](aws::RequestContext& context, api::ListRolesRequest& input) {
    return list_roles(service, context, input);
  });
  table.add<api::SimulatePrincipalPolicy>(
      [&service](aws::RequestContext& context, api::SimulatePrincipalPolicyRequest& input) {
        return simulate_principal_policy(service, context, input);
      });
}

Result<void> ensure_execution_role(store::Store& store, Timestamp now) {
  return store.write([&](store::Transaction& t) -> Result<void> {
    const auto there = t.role(aws::identity::kExecutionRole);
    if (there) return {};
    if (there.error().kind != ErrorKind::kNotFound) return there.error();
    store::Role role;
    role.name = aws::identity::kExecutionRole;
    role.id = aws::identity::kExecutionRoleId;
    role.path = "/";
    role.created = now;
    role.max_session_seconds = 43200;
    role.description = "The role that Tunesmith's first credentials and its training jobs act as.";
    role.trust_policy = kTrustPolicy;
    return t.insert(role);
  });
}

aws::Outcome<api::GetRoleResponse> get_role(Service& service, const aws::RequestContext& context,
                                            const api::GetRoleRequest& input) {
  store::Role role;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(role, r.role(input.role_name));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) return no_such_role(input.role_name);
  if (!read) return failure(read.error());
  return api::GetRoleResponse{wire_role(context, role)};
}

aws::Outcome<api::CreateRoleResponse> create_role(Service& service,
                                                  const aws::RequestContext& context,
                                                  const api::CreateRoleRequest& input) {
  boost::system::error_code ec;
  const auto policy = boost::json::parse(input.assume_role_policy_document, ec);
  if (ec || !policy.is_object() || !policy.as_object().contains("Statement")) {
    return aws::ApiError{"MalformedPolicyDocument",
                         "AssumeRolePolicyDocument: This policy contains invalid Json."};
  }
  store::Role role;
  role.name = input.role_name;
  role.id = new_role_id();
  role.path = input.path.value_or("/");
  role.created = service.clock.now();
  role.max_session_seconds = input.max_session_duration.value_or(3600);
  role.description = input.description.value_or("");
  role.trust_policy = input.assume_role_policy_document;
  const auto written = service.store.write([&](store::Transaction& t) { return t.insert(role); });
  if (!written && written.error().kind == ErrorKind::kAlreadyExists) {
    return aws::ApiError{"EntityAlreadyExists",
                         fmt::format("Role with name {} already exists.", input.role_name), 409};
  }
  if (!written) return failure(written.error());
  return api::CreateRoleResponse{wire_role(context, role)};
}

aws::Outcome<api::ListRolesResponse> list_roles(Service& service,
                                                const aws::RequestContext& context,
                                                const api::ListRolesRequest& input) {
  std::vector<store::Role> roles;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(roles, r.roles());
    return {};
  });
  if (!read) return failure(read.error());
  const std::string prefix = input.path_prefix.value_or("/");
  const auto limit = static_cast<std::size_t>(input.max_items.value_or(100));
  api::ListRolesResponse out;
  out.is_truncated = false;
  for (const auto& role : roles) {
    // The marker is the name of the last role of the page before.
    if (!role.path.starts_with(prefix) || (input.marker && role.name <= *input.marker)) continue;
    if (out.roles.size() == limit) {
      out.is_truncated = true;
      out.marker = out.roles.back().role_name;
      break;
    }
    out.roles.push_back(wire_role(context, role));
  }
  return out;
}

aws::Outcome<api::SimulatePolicyResponse> simulate_principal_policy(
    Service& service, const aws::RequestContext& context,
    const api::SimulatePrincipalPolicyRequest& input) {
  const std::string name = input.policy_source_arn.substr(input.policy_source_arn.rfind('/') + 1);
  store::Role role;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(role, r.role(name));
    return {};
  });
  if (!read && read.error().kind != ErrorKind::kNotFound) return failure(read.error());
  if (!read || arn_of(context, role) != input.policy_source_arn) {
    return aws::ApiError{
        "NoSuchEntity",
        fmt::format("The policy source {} cannot be found.", input.policy_source_arn), 404};
  }
  static const std::vector<std::string> kEverything = {"*"};
  const auto& resources = input.resource_arns ? *input.resource_arns : kEverything;
  api::SimulatePolicyResponse out;
  out.evaluation_results.emplace();
  out.is_truncated = false;
  for (const auto& action : input.action_names) {
    for (const auto& resource : resources) {
      api::EvaluationResult result;
      result.eval_action_name = action;
      result.eval_resource_name = resource;
      result.eval_decision = "allowed";
      out.evaluation_results->push_back(std::move(result));
    }
  }
  return out;
}

}  // namespace tunesmith::services::iam
