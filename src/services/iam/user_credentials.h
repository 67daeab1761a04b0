// SPDX-License-Identifier: Apache-2.0
//
// The access keys of users. A secret is derived from the key's id and a secret of the data
// directory, so none is stored. Thread safe. Borrows the store.
#pragma once

#include "aws/identity/credential_source.h"
#include "store/identities.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace tunesmith::services::iam {

class UserCredentials final : public aws::identity::CredentialSource {
 public:
  /// `derivation_key`: secret bytes of the data directory.
  UserCredentials(std::string derivation_key, const store::Identities& identities)
      : derivation_key_(std::move(derivation_key)), identities_(identities) {}

  /// 40 characters.
  std::string secret_of(std::string_view access_key_id) const;

  /// An inactive key is as unknown as one that does not exist.
  aws::identity::CredentialLookup find(std::string_view access_key_id,
                                       std::string_view session_token) const override;

  /// To be called after each change of a user or key was committed.
  void forget();

 private:
  const std::string derivation_key_;
  const store::Identities& identities_;
  mutable std::mutex mutex_;
  // Guarded by mutex_, as is the generation, which keeps what was read before a change out.
  mutable std::map<std::string, std::shared_ptr<const aws::identity::Credential>, std::less<>>
      known_;
  std::uint64_t generation_ = 0;
};

}  // namespace tunesmith::services::iam
