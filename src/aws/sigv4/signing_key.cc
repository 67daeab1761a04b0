// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/signing_key.h"

#include "base/digest.h"
#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::aws::sigv4 {
namespace {

constexpr std::size_t kMaxKeys = 4096;

}  // namespace

std::string Scope::to_string() const {
  return fmt::format("{}/{}/{}/aws4_request", date, region, service);
}

std::string derive_signing_key(std::string_view secret_access_key, const Scope& scope) {
  std::string key = hmac_sha256(fmt::format("AWS4{}", secret_access_key), scope.date);
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  return hmac_sha256(key, "aws4_request");
}

std::string sign_text(std::string_view signing_key, std::string_view text) {
  return to_hex(hmac_sha256(signing_key, text));
}

std::string SigningKeyCache::get(std::string_view access_key_id, std::string_view secret_access_key,
                                 const Scope& scope) {
  const std::string name = fmt::format("{}/{}", access_key_id, scope.to_string());
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = keys_.find(name); at != keys_.end()) return at->second;
  }
  std::string key = derive_signing_key(secret_access_key, scope);
  const std::lock_guard lock(mutex_);
  if (keys_.size() >= kMaxKeys) keys_.clear();
  keys_.emplace(name, key);
  return key;
}

}  // namespace tunesmith::aws::sigv4
