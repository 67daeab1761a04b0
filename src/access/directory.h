// SPDX-License-Identifier: Apache-2.0
//
// What each user and role may do: their policies, read from the store and kept parsed until
// somebody changes them. Thread safe. Borrows the store.
#pragma once

#include "store/identities.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access/evaluate.h"
#include "access/policy.h"

namespace tunesmith::access {

/// The policies of one principal, attached and inline, with those of a user's groups.
struct Rights {
  std::string id;  // of the principal: a role made anew is not the one that a session was given of
  std::vector<Policy> policies;
  std::optional<Policy> boundary;
  bool everything = false;  // see allow_everything; never within a boundary

  /// What all of them say together.
  Verdict judge(const Request& request) const;
};

class Directory {
 public:
  explicit Directory(const store::Identities& identities) : identities_(identities) {}

  /// Of a principal that does not exist (any more): no rights, not an error.
  Result<std::shared_ptr<const Rights>> rights(store::PrincipalKind kind, const std::string& name);

  /// To be called after each change of a principal or policy was committed.
  void forget();

 private:
  Result<Rights> load(store::PrincipalKind kind, const std::string& name) const;
  /// Adds the policies that a user, a role or a group has by itself.
  Result<void> add_policies(store::PrincipalKind kind, const std::string& name,
                            std::vector<Policy>& policies) const;
  Result<Policy> managed_policy(const std::string& arn) const;

  const store::Identities& identities_;
  std::mutex mutex_;
  // Both guarded by mutex_. The generation keeps what was read before a change out of the cache.
  std::uint64_t generation_ = 0;
  std::map<std::pair<store::PrincipalKind, std::string>, std::shared_ptr<const Rights>> known_;
};

}  // namespace tunesmith::access
