// SPDX-License-Identifier: Apache-2.0
#include "app/console_keys.h"

#include "base/digest.h"

#include <utility>
#include <variant>

namespace tunesmith::app {
Result<std::string> ConsoleKeys::check(std::string_view access_key_id,
                                       std::string_view secret) const {
  const Found credential = find(access_key_id);
  if (!credential || !constant_time_equal(credential->secret_access_key, secret))
    return Error(ErrorKind::kDenied, "the access key or its secret is wrong");
  return name_if_allowed(credential->identity);
}

Result<std::string> ConsoleKeys::owner(std::string_view access_key_id) const {
  const Found credential = find(access_key_id);
  if (!credential) return Error(ErrorKind::kDenied, "the access key is not active");
  return name_if_allowed(credential->identity);
}

ConsoleKeys::Found ConsoleKeys::find(std::string_view access_key_id) const {
  auto found = credentials_.find(access_key_id, "");
  auto* credential = std::get_if<Found>(&found);
  return credential != nullptr ? std::move(*credential) : nullptr;
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
