// SPDX-License-Identifier: Apache-2.0
#include "services/iam/convert.h"

#include "base/log.h"
#include "base/random.h"
#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::services::iam {

namespace {

std::string_view noun(store::PrincipalKind kind) {
  switch (kind) {
    case store::PrincipalKind::kUser:
      return "user";
    case store::PrincipalKind::kRole:
      return "role";
    case store::PrincipalKind::kGroup:
      break;
  }
  return "group";
}

}  // namespace

std::string new_id(std::string_view prefix) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const std::string bytes = from_hex(random_hex(17)).value_or("");
  std::string id(prefix);
  for (const char c : bytes) id += kLetters[static_cast<unsigned char>(c) % kLetters.size()];
  return id;
}

std::string arn_of(const RequestContext& context, const store::Principal& principal) {
  return fmt::format("arn:aws:iam::{}:{}{}{}", context.identity.account, noun(principal.kind),
                     principal.path, principal.name);
}

api::User wire_user(const RequestContext& context, const store::Principal& user) {
  api::User out;
  out.path = user.path;
  out.user_name = user.name;
  out.user_id = user.id;
  out.arn = arn_of(context, user);
  out.create_date = user.created;
  return out;
}

std::optional<api::AttachedPermissionsBoundary> wire_boundary(const store::Principal& principal) {
  if (principal.boundary.empty()) return std::nullopt;
  api::AttachedPermissionsBoundary out;
  out.permissions_boundary_type = "PermissionsBoundaryPolicy";
  out.permissions_boundary_arn = principal.boundary;
  return out;
}

aws::ApiError to_api_error(const Error& error, std::string_view what) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return {"NoSuchEntity", fmt::format("{} cannot be found.", what), 404};
    case ErrorKind::kAlreadyExists:
      return {"EntityAlreadyExists", fmt::format("{} already exists.", what), 409};
    case ErrorKind::kConflict:
      return {"DeleteConflict",
              error.reason == "keys" ? "Cannot delete entity, must delete access keys first."
              : error.reason == "members"
                  ? "Cannot delete entity, must remove users from group first."
              : error.reason == "policies"
                  ? "Cannot delete entity, must detach all policies and delete inline ones first."
                  : "Cannot delete a policy attached to entities.",
              409};
    case ErrorKind::kLimitExceeded:
      return {"LimitExceeded", fmt::format("Cannot exceed quota: {}.", error.message), 409};
    default:
      log::error("iam: {}", error.message);
      return {"ServiceFailure", "The request processing has failed because of an unknown error.",
              500};
  }
}

aws::ApiError refused(std::string_view member) {
  return {"InvalidInput", fmt::format("Tunesmith does not support {}.", member), 400};
}

Outcome<void> check_policy(const std::string& document, access::PolicyUse use) {
  const auto policy = access::parse_new_policy(document, use);
  if (!policy) return aws::ApiError{"MalformedPolicyDocument", policy.error().message, 400};
  return {};
}

std::string describe(store::PrincipalKind kind, std::string_view name) {
  return fmt::format("The {} with name {}", noun(kind), name);
}

namespace {

constexpr std::string_view kMarker = "after\n";

}  // namespace

aws::ApiError invalid_marker() { return {"ValidationError", "Invalid Marker.", 400}; }

std::string to_marker(std::string_view key) { return to_base64(std::string(kMarker) += key); }

Outcome<std::string> from_marker(const std::string& marker) {
  const auto text = from_base64(marker);
  if (!text || !text->starts_with(kMarker)) return invalid_marker();
  return text->substr(kMarker.size());
}

Outcome<store::Principal> find(const Service& service, store::PrincipalKind kind,
                               const std::string& name) {
  auto found = service.identities.principal(kind, name);
  if (!found) return to_api_error(found.error(), describe(kind, name));
  return std::move(*found);
}

Outcome<std::string> user_or_self(const RequestContext& context,
                                  const std::optional<std::string>& name) {
  if (name) return *name;
  if (context.identity.kind == aws::CallerKind::kUser) return context.identity.name;
  return aws::ApiError{"ValidationError",
                       "Must specify userName when calling with non-User credentials", 400};
}

}  // namespace tunesmith::services::iam
