// SPDX-License-Identifier: Apache-2.0
#include "services/sts/operations.h"

#include "base/log.h"
#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::services::sts {

void register_operations(aws::OperationTable& table, Service& service) {
  table.add<api::GetCallerIdentity>(
      [](aws::RequestContext& context, api::GetCallerIdentityRequest&) {
        return get_caller_identity(context);
      },
      {.quick = true});
  table.add<api::AssumeRole>(
      [&service](aws::RequestContext& context, api::AssumeRoleRequest& input) {
        return assume_role(service, context, input);
      });
}

aws::Outcome<api::GetCallerIdentityResponse> get_caller_identity(
    const aws::RequestContext& context) {
  return api::GetCallerIdentityResponse{context.identity.user_id, context.identity.account,
                                        context.identity.arn};
}

namespace {

constexpr std::size_t kMaxSessionPolicy = 2048;  // bytes
constexpr std::int64_t kMaxChainedSeconds = 3600;

/// Whether the caller may become a session of `role`: its trust policy names the caller, or it
/// names the account and the caller's own policies allow it.
Result<bool> may_assume(const Service& service, const aws::RequestContext& context,
                        const api::AssumeRoleRequest& input, const store::Principal& role) {
  const aws::Identity& caller = context.identity;
  if (caller.kind == aws::CallerKind::kOwner) return true;
  const aws::InputKeys input_keys =
      [&](std::string_view key) -> std::optional<std::vector<std::string>> {
    if (key == "sts:rolesessionname") return std::vector{input.role_session_name};
    if (key == "sts:externalid" && input.external_id) return std::vector{*input.external_id};
    return std::nullopt;
  };
  constexpr std::string_view kAction = "sts:AssumeRole";
  TUNESMITH_TRY(const iam::Judgement caller_may,
                service.authorizer.judge_session(context, kAction, input.role_arn, input_keys));
  const auto [own, limits] = caller_may;
  if (access::is_denial(own) || access::is_denial(limits)) return false;
  TUNESMITH_TRY(const access::Policy trust,
                access::parse_policy(role.trust_policy, access::PolicyUse::kTrust));
  const access::ConditionKeys keys =
      service.authorizer.keys_of(context, kAction, input.role_arn, input_keys);
  const auto trusts = [&](const std::vector<std::string>& names) {
    return access::evaluate_trust(trust, kAction, names, keys);
  };
  const std::vector<std::string> account = {caller.account,
                                            fmt::format("arn:aws:iam::{}:root", caller.account)};
  // As trust policies are kept (services/iam/trust.h): a session's user id begins with its role's.
  const std::string& itself = caller.user_id;
  const std::vector<std::string> names = {itself, itself.substr(0, itself.find(':'))};
  std::vector<std::string> all = names;
  all.insert(all.end(), account.begin(), account.end());
  if (access::is_denial(trusts(all))) return false;
  // Trust in a session itself is not narrowed by its limits, trust in its role is.
  if (trusts({itself}) == access::Verdict::kAllowed) return true;
  if (trusts(names) == access::Verdict::kAllowed) return limits == access::Verdict::kAllowed;
  return trusts(account) == access::Verdict::kAllowed && own == access::Verdict::kAllowed;
}

aws::ApiError internal(const Error& error) {
  log::error("sts: {}", error.message);
  return {"InternalFailure", "The request processing has failed because of an internal error.",
          500};
}

}  // namespace

aws::Outcome<api::AssumeRoleResponse> assume_role(Service& service,
                                                  const aws::RequestContext& context,
                                                  const api::AssumeRoleRequest& input) {
  const aws::ApiError denied{
      "AccessDenied",
      fmt::format("User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                  context.identity.arn, input.role_arn),
      403};
  const std::string prefix = fmt::format("arn:aws:iam::{}:role", context.identity.account);
  const auto role = service.identities.principal(
      store::PrincipalKind::kRole, input.role_arn.substr(input.role_arn.rfind('/') + 1));
  if (!role && role.error().kind == ErrorKind::kNotFound) return denied;
  if (!role) return internal(role.error());
  if (input.role_arn != prefix + role->path + role->name) return denied;
  if (input.policy_arns && !input.policy_arns->empty())
    return aws::ApiError{"ValidationError", "Tunesmith does not support PolicyArns."};
  if (input.policy) {
    // A session carries its policy in its token, and that in every request.
    if (input.policy->size() > kMaxSessionPolicy) {
      return aws::ApiError{
          "ValidationError",
          fmt::format("1 validation error detected: Value at 'policy' failed to satisfy "
                      "constraint: Member must have length less than or equal to {}",
                      kMaxSessionPolicy)};
    }
    const auto policy = access::parse_new_policy(*input.policy, access::PolicyUse::kIdentity);
    if (!policy) return aws::ApiError{"MalformedPolicyDocument", policy.error().message};
  }
  const auto allowed = may_assume(service, context, input, *role);
  if (!allowed) return internal(allowed.error());
  if (!*allowed) return denied;
  const std::int64_t seconds = input.duration_seconds.value_or(3600);
  if (seconds > role->max_session_seconds) {
    return aws::ApiError{
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."};
  }
  if (seconds > kMaxChainedSeconds && context.identity.kind == aws::CallerKind::kRole) {
    return aws::ApiError{"ValidationError",
                         "The requested DurationSeconds exceeds the 1 hour session limit for "
                         "roles assumed by role chaining"};
  }
  aws::identity::SessionClaims claims;
  claims.role = role->name;
  claims.role_id = role->id;
  claims.session = input.role_session_name;
  claims.expires = service.clock.now() + std::chrono::seconds(seconds);
  claims.policy = input.policy.value_or("");
  const auto credential = service.sessions.issue(std::move(claims));
  api::AssumeRoleResponse out;
  out.credentials = {credential.access_key_id, credential.secret_access_key,
                     credential.session_token, *credential.expires};
  out.assumed_role_user = {credential.identity.user_id, credential.identity.arn};
  out.packed_policy_size = 0;
  return out;
}

}  // namespace tunesmith::services::sts
