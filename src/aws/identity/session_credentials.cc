// SPDX-License-Identifier: Apache-2.0
//
// A token is base64(claims || HMAC-SHA256(key, "token" || claims)), where claims are lines of text:
//   version, access key id, role, role id, session, expiry in milliseconds, base64(policy)
// The secret access key is base64(HMAC-SHA256(key, "secret" || claims)), its first 40 characters.
#include "aws/identity/session_credentials.h"

#include "aws/identity/credential_file.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/random.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

namespace tunesmith::aws::identity {
namespace {

constexpr std::string_view kVersion = "2";
constexpr std::string_view kPrefix = "ASIA";
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSecretSize = 40;
constexpr std::size_t kMaxToken = 8192;
constexpr std::size_t kMaxOpened = 1024;

std::string encode(const SessionClaims& claims) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", kVersion, claims.access_key_id, claims.role,
                     claims.role_id, claims.session, to_millis(claims.expires),
                     to_base64(claims.policy));
}

std::optional<SessionClaims> decode(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() != 7 || lines[0] != kVersion) return std::nullopt;
  const auto expires = parse_int(lines[5]);
  const auto policy = from_base64(lines[6]);
  if (!expires || !policy) return std::nullopt;
  SessionClaims claims;
  claims.access_key_id = lines[1];
  claims.role = lines[2];
  claims.role_id = lines[3];
  claims.session = lines[4];
  claims.expires = from_millis(*expires);
  claims.policy = *policy;
  return claims;
}

// Different uses of one key must not be able to stand in for each other.
std::string mac(std::string_view key, std::string_view use, std::string_view claims) {
  return hmac_sha256(key, fmt::format("tunesmith session {}\n{}", use, claims));
}

}  // namespace

SessionCredentials::SessionCredentials(std::string sealing_key, const Clock& clock)
    : sealing_key_(std::move(sealing_key)), clock_(clock) {}

Result<std::unique_ptr<SessionCredentials>> SessionCredentials::load_or_create(
    const std::filesystem::path& path, const Clock& clock) {
  auto text = read_file(path, 4096);
  if (!text && text.error().kind == ErrorKind::kNotFound) {
    text = random_hex(kKeySize);
    TUNESMITH_TRY_VOID(write_file_durably(path, *text + "\n", 0600));
  }
  if (!text) return std::move(text).error();
  auto key = from_hex(trim(*text));
  if (!key || key->size() != kKeySize) {
    return Error(ErrorKind::kCorrupt, path.string() + " is not a key of 64 hexadecimal digits");
  }
  return std::make_unique<SessionCredentials>(*std::move(key), clock);
}

Credential SessionCredentials::credential_of(const SessionClaims& claims, std::string token) const {
  Credential credential;
  credential.access_key_id = claims.access_key_id;
  credential.secret_access_key =
      to_base64(mac(sealing_key_, "secret", encode(claims))).substr(0, kSecretSize);
  credential.session_token = std::move(token);
  credential.expires = claims.expires;
  credential.identity =
      session_identity(claims.role, claims.role_id, claims.session, claims.access_key_id);
  if (!claims.policy.empty())
    credential.identity.session_policy = std::make_shared<const std::string>(claims.policy);
  return credential;
}

Credential SessionCredentials::issue(SessionClaims claims) const {
  claims.access_key_id = new_access_key_id(kPrefix);
  const std::string text = encode(claims);
  return credential_of(claims, to_base64(text + mac(sealing_key_, "token", text)));
}

CredentialLookup SessionCredentials::find(std::string_view access_key_id,
                                          std::string_view session_token) const {
  if (access_key_id.substr(0, kPrefix.size()) != kPrefix) return CredentialProblem::kUnknownKey;
  if (session_token.empty() || session_token.size() > kMaxToken)
    return CredentialProblem::kBadToken;
  std::shared_ptr<const Credential> credential;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = opened_.find(session_token); at != opened_.end()) credential = at->second;
  }
  if (!credential) {
    const auto bytes = from_base64(session_token);
    if (!bytes || bytes->size() <= kMacSize) return CredentialProblem::kBadToken;
    const std::string_view text = std::string_view(*bytes).substr(0, bytes->size() - kMacSize);
    const std::string_view seal = std::string_view(*bytes).substr(text.size());
    if (!constant_time_equal(seal, mac(sealing_key_, "token", text))) {
      return CredentialProblem::kBadToken;
    }
    const auto claims = decode(text);
    if (!claims) return CredentialProblem::kBadToken;
    credential =
        std::make_shared<const Credential>(credential_of(*claims, std::string(session_token)));
    const std::lock_guard lock(mutex_);
    if (opened_.size() >= kMaxOpened) opened_.clear();
    opened_.emplace(session_token, credential);
  }
  if (credential->access_key_id != access_key_id) return CredentialProblem::kBadToken;
  if (clock_.now() >= *credential->expires) return CredentialProblem::kExpired;
  return credential;
}

CredentialLookup CombinedCredentials::find(std::string_view access_key_id,
                                           std::string_view session_token) const {
  for (const CredentialSource* source : sources_) {
    auto found = source->find(access_key_id, session_token);
    const auto* problem = std::get_if<CredentialProblem>(&found);
    if (problem == nullptr || *problem != CredentialProblem::kUnknownKey) return found;
  }
  return CredentialProblem::kUnknownKey;
}

}  // namespace tunesmith::aws::identity
