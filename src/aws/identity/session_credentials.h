// SPDX-License-Identifier: Apache-2.0
//
// Temporary credentials, as AssumeRole hands them out, kept nowhere: the session token carries who
// it is for and until when, sealed with a key of this data directory, and the secret is derived
// from that same key. So they survive a restart, and none has to be stored or cleaned up. Thread
// safe.
#pragma once

#include "aws/identity/credential_source.h"
#include "base/clock.h"
#include "base/result.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::aws::identity {

/// What a session token says.
struct SessionClaims {
  std::string access_key_id{};  // "ASIA..."
  std::string role{};           // name of the role, without path
  std::string role_id{};        // "AROA..."
  std::string session{};        // RoleSessionName
  Timestamp expires{};
  std::string policy{};  // JSON; empty: the session may do all that the role may
};

class SessionCredentials final : public CredentialSource {
 public:
  /// `sealing_key`: 32 secret bytes. `clock` must outlive this.
  SessionCredentials(std::string sealing_key, const Clock& clock);
  /// With the key in the file `path`, which is made (mode 0600) when it is not there.
  static Result<std::unique_ptr<SessionCredentials>> load_or_create(
      const std::filesystem::path& path, const Clock& clock);

  /// New credentials that say what `claims` says; its key id is made here.
  Credential issue(SessionClaims claims) const;
  CredentialLookup find(std::string_view access_key_id,
                        std::string_view session_token) const override;

 private:
  Credential credential_of(const SessionClaims& claims, std::string token) const;

  const std::string sealing_key_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  // Tokens that were found genuine, so that a busy client's is not opened at each request. Guarded
  // by mutex_; emptied when it grows too large.
  mutable std::map<std::string, std::shared_ptr<const Credential>, std::less<>> opened_;
};

/// Asks several sources in order; the first that knows the key decides.
class CombinedCredentials final : public CredentialSource {
 public:
  /// The sources must outlive this.
  explicit CombinedCredentials(std::vector<const CredentialSource*> sources)
      : sources_(std::move(sources)) {}
  CredentialLookup find(std::string_view access_key_id,
                        std::string_view session_token) const override;

 private:
  const std::vector<const CredentialSource*> sources_;
};

}  // namespace tunesmith::aws::identity
