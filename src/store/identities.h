// SPDX-License-Identifier: Apache-2.0
//
// Users, groups, roles, access keys and policies as rows. Each function is one transaction; a write
// is durable when it returns. Secrets are not in it: a key's secret is derived from the key of the
// data directory. Thread safe. Missing rows are kNotFound.
//
// Names have no case. ARNs of policies have one where they are attached, detached, made a boundary
// or erased, so that what a request is judged by is what it does; policy() finds those too that
// were attached in another case before that was so.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tunesmith::store {

/// A group is no caller; it holds policies as the others do.
enum class PrincipalKind { kUser, kRole, kGroup };

/// A user, a role or a group. Names have no case.
struct Principal {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string name{};
  std::string id{};    // "AIDA...", "AROA...", "AGPA..."
  std::string path{};  // "/", "/team/"
  Timestamp created{};
  // Of roles:
  std::string description{};
  std::int64_t max_session_seconds = 3600;
  std::string trust_policy{};  // JSON
  // Of users and roles: the ARN of the policy beyond which they may do nothing. Empty: none.
  std::string boundary{};
};

/// A long-lived key of a user.
struct AccessKey {
  std::string id;  // "AKIA..."
  std::string user;
  bool active = true;
  Timestamp created{};
};

/// A customer managed policy.
struct PolicyRow {
  std::string arn;
  std::string name;
  std::string id;  // "ANPA..."
  std::string path;
  std::string description;
  std::string document;  // JSON
  Timestamp created{};
  // Not written by insert:
  std::int64_t attachments = 0;
  std::int64_t boundaries = 0;  // of how many principals it is the boundary
};

struct InlinePolicy {
  std::string name;
  std::string document;  // JSON
};

class Identities {
 public:
  virtual ~Identities() = default;

  /// With the ARNs of policies that are attached from the start. kAlreadyExists when the name is
  /// taken.
  virtual Result<void> insert(const Principal& principal,
                              const std::vector<std::string>& policies) = 0;
  virtual Result<Principal> principal(PrincipalKind kind, const std::string& name) const = 0;
  virtual Result<Principal> principal_with_id(PrincipalKind kind, const std::string& id) const = 0;
  /// By name.
  virtual Result<std::vector<Principal>> principals(PrincipalKind kind) const = 0;
  /// Writes description, session length and trust policy.
  virtual Result<void> update(const Principal& principal) = 0;
  /// An empty ARN takes the boundary away. kNotFound without the principal or the policy, as
  /// attach.
  virtual Result<void> set_boundary(PrincipalKind kind, const std::string& name,
                                    const std::string& arn) = 0;
  /// kConflict, with a reason of "keys", "policies" or "members" (of a group, or a user's groups),
  /// while the principal still has such.
  virtual Result<void> erase_principal(PrincipalKind kind, const std::string& name) = 0;

  /// Adding twice is as once. kNotFound, with a reason of "group" or "user", without one of them;
  /// kLimitExceeded when the user would be in more than `most` groups.
  virtual Result<void> add_member(const std::string& group, const std::string& user,
                                  std::size_t most) = 0;
  /// kNotFound when the user is not in the group.
  virtual Result<void> remove_member(const std::string& group, const std::string& user) = 0;
  /// By name.
  virtual Result<std::vector<Principal>> members(const std::string& group) const = 0;
  virtual Result<std::vector<Principal>> groups_of(const std::string& user) const = 0;

  /// kNotFound without the user; kLimitExceeded when it has `most` keys already.
  virtual Result<void> insert(const AccessKey& key, std::size_t most) = 0;
  virtual Result<AccessKey> access_key(const std::string& id) const = 0;
  /// Of one user, oldest first.
  virtual Result<std::vector<AccessKey>> access_keys(const std::string& user) const = 0;
  virtual Result<void> set_active(const std::string& user, const std::string& id, bool active) = 0;
  virtual Result<void> erase_access_key(const std::string& user, const std::string& id) = 0;

  virtual Result<void> insert(const PolicyRow& policy) = 0;
  virtual Result<PolicyRow> policy(const std::string& arn) const = 0;
  virtual Result<std::vector<PolicyRow>> policies() const = 0;
  /// kConflict while it is attached or a boundary.
  virtual Result<void> erase_policy(const std::string& arn) = 0;

  /// Attaching twice is as once. kNotFound without the principal or the policy (that a policy of
  /// AWS's own exists is the caller's to check). kLimitExceeded beyond `most`.
  virtual Result<void> attach(PrincipalKind kind, const std::string& name, const std::string& arn,
                              std::size_t most) = 0;
  /// kNotFound when it is not attached.
  virtual Result<void> detach(PrincipalKind kind, const std::string& name,
                              const std::string& arn) = 0;
  /// ARNs.
  virtual Result<std::vector<std::string>> attached_policies(PrincipalKind kind,
                                                             const std::string& name) const = 0;
  /// kNotFound without the principal; kLimitExceeded when its inline policies would be longer than
  /// `most` bytes together.
  virtual Result<void> put_inline_policy(PrincipalKind kind, const std::string& name,
                                         const InlinePolicy& policy, std::size_t most) = 0;
  virtual Result<void> erase_inline_policy(PrincipalKind kind, const std::string& name,
                                           const std::string& policy) = 0;
  /// By name.
  virtual Result<std::vector<InlinePolicy>> inline_policies(PrincipalKind kind,
                                                            const std::string& name) const = 0;
};

}  // namespace tunesmith::store
