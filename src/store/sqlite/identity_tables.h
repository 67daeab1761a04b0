// SPDX-License-Identifier: Apache-2.0
//
// Identities in SQLite. Borrows the Database, which must outlive it. Thread safe.
#pragma once

#include "store/identities.h"

namespace tunesmith::store {

class Database;

class SqliteIdentities final : public Identities {
 public:
  explicit SqliteIdentities(Database& database) : database_(database) {}

  Result<void> insert(const Principal& principal,
                      const std::vector<std::string>& policies) override;
  Result<Principal> principal(PrincipalKind kind, const std::string& name) const override;
  Result<Principal> principal_with_id(PrincipalKind kind, const std::string& id) const override;
  Result<std::vector<Principal>> principals(PrincipalKind kind) const override;
  Result<void> update(const Principal& principal) override;
  Result<void> set_boundary(PrincipalKind kind, const std::string& name,
                            const std::string& arn) override;
  Result<void> erase_principal(PrincipalKind kind, const std::string& name) override;

  Result<void> add_member(const std::string& group, const std::string& user,
                          std::size_t most) override;
  Result<void> remove_member(const std::string& group, const std::string& user) override;
  Result<std::vector<Principal>> members(const std::string& group) const override;
  Result<std::vector<Principal>> groups_of(const std::string& user) const override;

  Result<void> insert(const AccessKey& key, std::size_t most) override;
  Result<AccessKey> access_key(const std::string& id) const override;
  Result<std::vector<AccessKey>> access_keys(const std::string& user) const override;
  Result<void> set_active(const std::string& user, const std::string& id, bool active) override;
  Result<void> erase_access_key(const std::string& user, const std::string& id) override;

  Result<void> insert(const PolicyRow& policy) override;
  Result<PolicyRow> policy(const std::string& arn) const override;
  Result<std::vector<PolicyRow>> policies() const override;
  Result<void> erase_policy(const std::string& arn) override;

  Result<void> attach(PrincipalKind kind, const std::string& name, const std::string& arn,
                      std::size_t most) override;
  Result<void> detach(PrincipalKind kind, const std::string& name, const std::string& arn) override;
  Result<std::vector<std::string>> attached_policies(PrincipalKind kind,
                                                     const std::string& name) const override;
  Result<void> put_inline_policy(PrincipalKind kind, const std::string& name,
                                 const InlinePolicy& policy, std::size_t most) override;
  Result<void> erase_inline_policy(PrincipalKind kind, const std::string& name,
                                   const std::string& policy) override;
  Result<std::vector<InlinePolicy>> inline_policies(PrincipalKind kind,
                                                    const std::string& name) const override;

 private:
  Database& database_;
};

}  // namespace tunesmith::store
