// SPDX-License-Identifier: Apache-2.0
//
// The key that requests of one day, region and service are signed with, derived from a secret
// access key; and a cache of them, because deriving costs four HMACs. Thread safe.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tunesmith::aws::sigv4 {

/// What a key is bound to: the credential scope, as "20261124/us-east-1/s3/aws4_request".
struct Scope {
  std::string_view date;  // "20261124"
  std::string_view region;
  std::string_view service;

  std::string to_string() const;
};

/// 32 bytes.
std::string derive_signing_key(std::string_view secret_access_key, const Scope& scope);
/// The signature of a string to sign, in hexadecimal.
std::string sign_text(std::string_view signing_key, std::string_view text);

class SigningKeyCache {
 public:
  /// `access_key_id` must belong to `secret_access_key` always.
  std::string get(std::string_view access_key_id, std::string_view secret_access_key,
                  const Scope& scope);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> keys_;  // guarded by mutex_; emptied when too large
};

}  // namespace tunesmith::aws::sigv4
