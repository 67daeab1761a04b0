// SPDX-License-Identifier: Apache-2.0
#include "app/console_keys.h"

#include "base/digest.h"

namespace tunesmith::app {
namespace {

using Found = std::shared_ptr<const aws::identity::Credential>;

}  // namespace

Result<std::string> ConsoleKeys::check(std::string_view access_key_id,
                                       std::string_view secret) const {
  const auto found = credentials_.find(access_key_id, "");
  const auto* credential = std::get_if<Found>(&found);
  if (credential == nullptr || !constant_time_equal((*credential)->secret_access_key, secret)) {
    return Error(ErrorKind::kDenied, "the access key or its secret is wrong");
  }
  return name_if_allowed((*credential)->identity);
}

Result<std::string> ConsoleKeys::owner(std::string_view access_key_id) const {
  const auto found = credentials_.find(access_key_id, "");
  const auto* credential = std::get_if<Found>(&found);
  if (credential == nullptr) return Error(ErrorKind::kDenied, "the access key is not active");
  return name_if_allowed((*credential)->identity);
}

Result<std::string> ConsoleKeys::name_if_allowed(const aws::Identity& identity) const {
  aws::RequestContext context;
  context.identity = identity;
  TUNESMITH_TRY(const access::Verdict verdict,
                authorizer_.judge(context, "tunesmith:UseConsole", "*",
                                  [](std::string_view) { return std::nullopt; }));
  if (verdict != access::Verdict::kAllowed)
    return Error(ErrorKind::kDenied, "the key's owner may not use the console");
  return identity.arn.substr(identity.arn.rfind('/') + 1);
}

}  // namespace tunesmith::app
