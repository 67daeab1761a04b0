// SPDX-License-Identifier: Apache-2.0
#include "services/iam/policy_authorizer.h"

#include "aws/identity/credential_source.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace tunesmith::services::iam {
namespace {

using access::Verdict;
using aws::CallerKind;
using Values = std::vector<std::string>;

store::PrincipalKind kind_of(const aws::Identity& identity) {
  return identity.kind == CallerKind::kUser ? store::PrincipalKind::kUser
                                            : store::PrincipalKind::kRole;
}

/// "[::1]:80" and "127.0.0.1:80" without their ports.
std::string address_of(std::string_view peer) {
  peer = peer.substr(0, peer.rfind(':'));
  if (peer.starts_with('[') && peer.ends_with(']')) peer = peer.substr(1, peer.size() - 2);
  return std::string(peer);
}

/// What the policy says that a session was made with; allowed without one.
Result<Verdict> judge_by_session(const aws::Identity& identity, const access::Request& request) {
  if (!identity.session_policy) return Verdict::kAllowed;
  TUNESMITH_TRY(const access::Policy policy,
                access::parse_policy(*identity.session_policy, access::PolicyUse::kIdentity));
  return access::evaluate({policy}, request);
}

}  // namespace

aws::ApiError access_denied(const aws::RequestContext& context, std::string_view action,
                            std::string_view resource, Verdict verdict) {
  const bool plain_code = context.service == "s3" || context.service == "sts" ||
                          context.service == "iam" || context.service == "monitoring";
  const std::string_view kind =
      verdict == Verdict::kDeniedByBoundary || verdict == Verdict::kOutsideBoundary
          ? "permissions boundary"
          : "identity-based policy";
  const std::string reason =
      access::is_denial(verdict)
          ? fmt::format("with an explicit deny in {} {}",
                        verdict == Verdict::kDeniedByBoundary ? "a" : "an", kind)
          : fmt::format("because no {} allows the {} action", kind, action);
  return {plain_code ? "AccessDenied" : "AccessDeniedException",
          fmt::format("User: {} is not authorized to perform: {} on resource: {} {}",
                      context.identity.arn, action, resource, reason),
          plain_code ? 403 : 400};
}

aws::Outcome<void> PolicyAuthorizer::authorize(const aws::RequestContext& context,
                                               std::string_view action, std::string_view resource,
                                               const aws::InputKeys& keys) const {
  const auto failed = [&](const Error& error) {
    log::error("policies of {}: {}", context.identity.arn, error.message);
    return aws::ApiError{"InternalFailure",
                         "The request processing has failed because of an internal error.", 500};
  };
  const auto actual = actual_arn(context, action, resource);
  if (!actual) return failed(actual.error());
  const auto verdict = judge(context, action, *actual, keys);
  if (!verdict) return failed(verdict.error());
  if (*verdict == Verdict::kAllowed) return {};
  return access_denied(context, action, *actual, *verdict);
}

Result<std::string> PolicyAuthorizer::actual_arn(const aws::RequestContext& context,
                                                 std::string_view action,
                                                 std::string_view resource) const {
  const std::string account = fmt::format("arn:aws:iam::{}:", context.identity.account);
  const bool is_made =
      action == "iam:CreateUser" || action == "iam:CreateRole" || action == "iam:CreateGroup";
  if (is_made || !resource.starts_with(account)) return std::string(resource);
  const std::string_view type =
      resource.substr(account.size(), resource.find('/') - account.size());
  for (const auto& [noun, kind] : {std::pair{"user", store::PrincipalKind::kUser},
                                   std::pair{"role", store::PrincipalKind::kRole},
                                   std::pair{"group", store::PrincipalKind::kGroup}}) {
    if (type != noun) continue;
    const auto found =
        identities_.principal(kind, std::string(resource.substr(resource.rfind('/') + 1)));
    if (found) return fmt::format("{}{}{}{}", account, noun, found->path, found->name);
    if (found.error().kind != ErrorKind::kNotFound) return found.error();
  }
  return std::string(resource);
}

Result<Verdict> PolicyAuthorizer::judge(const aws::RequestContext& context, std::string_view action,
                                        std::string_view resource,
                                        const aws::InputKeys& keys) const {
  const aws::Identity& identity = context.identity;
  if (identity.kind == CallerKind::kOwner) return Verdict::kAllowed;
  TUNESMITH_TRY(const auto rights, directory_.rights(kind_of(identity), identity.name));
  const access::ConditionKeys all = keys_of(context, action, resource, keys);
  return judge_by(*rights, identity, {action, resource, all});
}

Result<Verdict> PolicyAuthorizer::judge_by(const access::Rights& rights,
                                           const aws::Identity& identity,
                                           const access::Request& request) {
  // A key or session of one who had the name before has no rights of who has it now.
  if (identity.user_id.substr(0, identity.user_id.find(':')) != rights.id)
    return Verdict::kNotAllowed;
  const Verdict verdict = rights.judge(request);
  if (verdict != Verdict::kAllowed) return verdict;
  return judge_by_session(identity, request);
}

Result<Judgement> PolicyAuthorizer::judge_session(const aws::RequestContext& context,
                                                  std::string_view action,
                                                  std::string_view resource,
                                                  const aws::InputKeys& keys) const {
  const aws::Identity& identity = context.identity;
  TUNESMITH_TRY(const auto rights, directory_.rights(kind_of(identity), identity.name));
  const access::ConditionKeys all = keys_of(context, action, resource, keys);
  const access::Request request{action, resource, all};
  Judgement out{};
  TUNESMITH_TRY(out.rights, judge_by(*rights, identity, request));
  if (identity.kind == CallerKind::kRole && rights->boundary) {
    const Verdict within = access::evaluate({*rights->boundary}, request);
    if (within != Verdict::kAllowed) {
      out.limits = within == Verdict::kDeniedExplicitly ? Verdict::kDeniedByBoundary
                                                        : Verdict::kOutsideBoundary;
      return out;
    }
  }
  TUNESMITH_TRY(out.limits, judge_by_session(identity, request));
  return out;
}

Result<Verdict> PolicyAuthorizer::judge_role(const std::string& role, std::string_view action,
                                             std::string_view resource,
                                             const aws::InputKeys& keys) const {
  TUNESMITH_TRY(const store::Principal principal,
                identities_.principal(store::PrincipalKind::kRole, role));
  aws::RequestContext context;
  context.identity.kind = CallerKind::kRole;
  context.identity.name = principal.name;
  context.identity.user_id = principal.id;
  context.tls = true;
  return judge(context, action, resource, keys);
}

Result<bool> PolicyAuthorizer::role_trusts(const std::string& role, const std::string& service,
                                           const std::string& source) const {
  TUNESMITH_TRY(const store::Principal principal,
                identities_.principal(store::PrincipalKind::kRole, role));
  return access::lets_service_act(principal.trust_policy, service,
                                  std::string(aws::identity::kAccount), source);
}

access::ConditionKeys PolicyAuthorizer::keys_of(const aws::RequestContext& context,
                                                std::string_view action, std::string_view resource,
                                                const aws::InputKeys& keys) const {
  return [this, &context, action, resource, &keys](std::string_view key) -> std::optional<Values> {
    if (auto own = keys(key)) return own;
    const aws::Identity& identity = context.identity;
    const bool user = identity.kind == CallerKind::kUser;
    const auto known = [](std::string value) -> std::optional<Values> {
      if (value.empty()) return std::nullopt;
      return Values{std::move(value)};
    };
    if (key == "aws:username") return user ? known(identity.name) : std::nullopt;
    if (key == "aws:userid") return known(identity.user_id);
    if (key == "aws:principalaccount") return known(identity.account);
    if (key == "aws:principaltype") return known(user ? "User" : "AssumedRole");
    if (key == "aws:principalarn") {
      if (user) return known(identity.arn);
      const auto role = identities_.principal(store::PrincipalKind::kRole, identity.name);
      if (!role) return std::nullopt;
      return known(
          fmt::format("arn:aws:iam::{}:role{}{}", identity.account, role->path, role->name));
    }
    if (key == "iam:permissionsboundary") return known(boundary_of(resource));
    if (key == "aws:sourceip") return known(address_of(context.peer));
    if (key == "aws:securetransport") return known(context.tls ? "true" : "false");
    if (key == "aws:useragent") return known(context.user_agent);
    if (key == "aws:requestedregion") return known(context.region);
    if (key == "aws:currenttime") return known(format_iso8601(clock_.now()));
    if (key == "aws:epochtime") return known(std::to_string(to_millis(clock_.now()) / 1000));
    constexpr std::string_view kObjectTag = "s3:existingobjecttag/";
    if (key.starts_with(kObjectTag))
      return existing_object_tag(action, resource, key.substr(kObjectTag.size()));
    for (const std::string_view prefix : {"aws:resourcetag/", "sagemaker:resourcetag/"}) {
      if (key.starts_with(prefix)) return resource_tag(resource, key.substr(prefix.size()));
    }
    return std::nullopt;
  };
}

std::string PolicyAuthorizer::boundary_of(std::string_view arn) const {
  const std::string name(arn.substr(arn.rfind('/') + 1));
  for (const auto& [part, kind] : {std::pair{":user/", store::PrincipalKind::kUser},
                                   std::pair{":role/", store::PrincipalKind::kRole}}) {
    if (!arn.starts_with("arn:aws:iam::") || arn.find(part) == std::string_view::npos) continue;
    const auto principal = identities_.principal(kind, name);
    return principal ? principal->boundary : std::string();
  }
  return {};
}

std::optional<Values> PolicyAuthorizer::resource_tag(std::string_view arn,
                                                     std::string_view key) const {
  std::vector<store::Tag> tags;
  const auto read = store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(tags, r.tags(arn));
    return {};
  });
  if (!read) return std::nullopt;
  for (const store::Tag& tag : tags) {
    if (to_lower(tag.key) == key) return Values{tag.value};
  }
  return std::nullopt;
}

std::optional<Values> PolicyAuthorizer::existing_object_tag(std::string_view action,
                                                            std::string_view arn,
                                                            std::string_view key) const {
  constexpr std::string_view kActions[] = {"s3:GetObject", "s3:GetObjectTagging",
                                           "s3:PutObjectTagging", "s3:DeleteObjectTagging"};
  constexpr std::string_view kBuckets = "arn:aws:s3:::";
  if (std::find(std::begin(kActions), std::end(kActions), action) == std::end(kActions) ||
      !arn.starts_with(kBuckets))
    return std::nullopt;
  arn.remove_prefix(kBuckets.size());
  const auto slash = arn.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto value =
      object_tag_(std::string(arn.substr(0, slash)), std::string(arn.substr(slash + 1)), key);
  return value ? std::optional(Values{std::move(*value)}) : std::nullopt;
}

}  // namespace tunesmith::services::iam
