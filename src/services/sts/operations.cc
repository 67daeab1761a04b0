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

aws::Outcome<api::AssumeRoleResponse> assume_role(Service& service,
                                                  const aws::RequestContext& context,
                                                  const api::AssumeRoleRequest& input) {
  const aws::ApiError denied{
      "AccessDenied",
      fmt::format("User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                  context.identity.arn, input.role_arn),
      403};
  const std::string prefix = fmt::format("arn:aws:iam::{}:role/", context.identity.account);
  if (!input.role_arn.starts_with(prefix)) return denied;
  const std::string name = input.role_arn.substr(input.role_arn.rfind('/') + 1);
  store::Role role;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(role, r.role(name));
    return {};
  });
  if (!read && read.error().kind == ErrorKind::kNotFound) return denied;
  if (!read) {
    log::error("sts: {}", read.error().message);
    return aws::ApiError{"InternalFailure",
                         "The request processing has failed because of an internal error.", 500};
  }
  const std::int64_t seconds = input.duration_seconds.value_or(3600);
  if (seconds > role.max_session_seconds) {
    return aws::ApiError{
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."};
  }
  const auto credential =
      service.sessions.issue(role.name, role.id, input.role_session_name,
                             service.clock.now() + std::chrono::seconds(seconds));
  api::AssumeRoleResponse out;
  out.credentials = {credential.access_key_id, credential.secret_access_key,
                     credential.session_token, *credential.expires};
  out.assumed_role_user = {credential.identity.user_id, credential.identity.arn};
  out.packed_policy_size = 0;
  return out;
}

}  // namespace tunesmith::services::sts
