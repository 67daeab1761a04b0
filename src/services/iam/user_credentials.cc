// SPDX-License-Identifier: Apache-2.0
#include "services/iam/user_credentials.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::services::iam {

using aws::identity::Credential;
using aws::identity::CredentialLookup;
using aws::identity::CredentialProblem;

std::string UserCredentials::secret_of(std::string_view access_key_id) const {
  return to_base64(hmac_sha256(derivation_key_, fmt::format("user key\n{}", access_key_id)))
      .substr(0, 40);
}

CredentialLookup UserCredentials::find(std::string_view access_key_id,
                                       std::string_view session_token) const {
  if (!access_key_id.starts_with("AKIA")) return CredentialProblem::kUnknownKey;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = known_.find(access_key_id); at != known_.end()) {
      if (!session_token.empty()) return CredentialProblem::kBadToken;
      return at->second;
    }
    generation = generation_;
  }
  const auto key = identities_.access_key(std::string(access_key_id));
  const auto user = key ? identities_.principal(store::PrincipalKind::kUser, key->user)
                        : Result<store::Principal>(key.error());
  if (!user || !key->active) {
    if (!user && user.error().kind != ErrorKind::kNotFound)
      log::error("access keys: {}", user.error().message);
    return CredentialProblem::kUnknownKey;
  }
  if (!session_token.empty()) return CredentialProblem::kBadToken;
  Credential credential;
  credential.access_key_id = key->id;
  credential.secret_access_key = secret_of(key->id);
  aws::Identity& identity = credential.identity;
  identity.account = aws::identity::kAccount;
  identity.arn = fmt::format("arn:aws:iam::{}:user{}{}", identity.account, user->path, user->name);
  identity.user_id = user->id;
  identity.access_key_id = key->id;
  identity.kind = aws::CallerKind::kUser;
  identity.name = user->name;
  auto made = std::make_shared<const Credential>(std::move(credential));
  constexpr std::size_t kMaxKnown = 4096;
  const std::lock_guard lock(mutex_);
  if (generation == generation_) {
    if (known_.size() >= kMaxKnown) known_.clear();
    known_[made->access_key_id] = made;
  }
  return made;
}

void UserCredentials::forget() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  known_.clear();
}

}  // namespace tunesmith::services::iam
