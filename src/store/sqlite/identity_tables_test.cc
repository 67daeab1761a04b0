// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/identity_tables.h"

#include "store/sqlite/database.h"

#include <gtest/gtest.h>

namespace tunesmith::store {
namespace {

class IdentitiesTest : public testing::Test {
 protected:
  IdentitiesTest() {
    EXPECT_TRUE(
        rows.insert(Principal{PrincipalKind::kUser, "Ann", "AIDA1", "/", from_millis(1)}, {}));
  }
  static AccessKey key(const std::string& id) { return {id, "ann", true, from_millis(2)}; }

  std::unique_ptr<Database> database = Database::open(":memory:").value();
  SqliteIdentities rows{*database};
};

TEST_F(IdentitiesTest, NamesHaveNoCaseAndUsersAndRolesDoNotCollide) {
  EXPECT_EQ(rows.principal(PrincipalKind::kUser, "ANN").value().name, "Ann");
  EXPECT_EQ(rows.insert(Principal{PrincipalKind::kUser, "ann"}, {}).error().kind,
            ErrorKind::kAlreadyExists);
  EXPECT_TRUE(rows.insert(Principal{PrincipalKind::kRole, "ann"}, {"arn:aws:iam::aws:policy/X"}));
  EXPECT_EQ(rows.principals(PrincipalKind::kUser).value().size(), 1U);
  EXPECT_EQ(rows.attached_policies(PrincipalKind::kRole, "ann").value().size(), 1U);
  EXPECT_TRUE(rows.attached_policies(PrincipalKind::kUser, "ann").value().empty());
}

TEST_F(IdentitiesTest, AUserHasSoManyKeysAndIsKeptByThem) {
  EXPECT_TRUE(rows.insert(key("AKIA1"), 2));
  EXPECT_TRUE(rows.insert(key("AKIA2"), 2));
  EXPECT_EQ(rows.insert(key("AKIA3"), 2).error().kind, ErrorKind::kLimitExceeded);
  EXPECT_EQ(rows.access_keys("Ann").value().size(), 2U);
  EXPECT_TRUE(rows.set_active("ann", "AKIA1", false));
  EXPECT_FALSE(rows.access_key("AKIA1").value().active);
  EXPECT_EQ(rows.set_active("bob", "AKIA1", true).error().kind, ErrorKind::kNotFound);
  const auto kept = rows.erase_principal(PrincipalKind::kUser, "Ann");
  EXPECT_EQ(kept.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(kept.error().reason, "keys");
  EXPECT_TRUE(rows.erase_access_key("ann", "AKIA1"));
  EXPECT_TRUE(rows.erase_access_key("ann", "AKIA2"));
  EXPECT_TRUE(rows.erase_principal(PrincipalKind::kUser, "Ann"));
  EXPECT_EQ(rows.access_keys("Ann").error().kind, ErrorKind::kNotFound);
}

TEST_F(IdentitiesTest, AnAttachedPolicyStaysAndAnErasedOneIsNotAttached) {
  PolicyRow policy;
  policy.arn = "arn:aws:iam::1:policy/p";
  policy.name = "p";
  EXPECT_TRUE(rows.insert(policy));
  const std::string other_case = "arn:aws:iam::1:policy/P";
  EXPECT_EQ(rows.attach(PrincipalKind::kUser, "ann", other_case, 2).error().kind,
            ErrorKind::kNotFound);
  EXPECT_TRUE(rows.attach(PrincipalKind::kUser, "ann", policy.arn, 2));
  EXPECT_TRUE(rows.attach(PrincipalKind::kUser, "Ann", policy.arn, 2));
  EXPECT_EQ(rows.detach(PrincipalKind::kUser, "ann", other_case).error().kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(rows.attached_policies(PrincipalKind::kUser, "ann").value().size(), 1U);
  EXPECT_EQ(rows.policy(policy.arn).value().attachments, 1);
  EXPECT_EQ(rows.erase_policy(policy.arn).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(rows.detach(PrincipalKind::kUser, "ann", policy.arn));
  EXPECT_EQ(rows.detach(PrincipalKind::kUser, "ann", policy.arn).error().kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(rows.erase_policy(other_case).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(rows.erase_policy(policy.arn));
  EXPECT_EQ(rows.attach(PrincipalKind::kUser, "ann", policy.arn, 2).error().kind,
            ErrorKind::kNotFound);
  EXPECT_TRUE(rows.attach(PrincipalKind::kUser, "ann", "arn:aws:iam::aws:policy/X", 1));
  EXPECT_EQ(rows.attach(PrincipalKind::kUser, "ann", "arn:aws:iam::aws:policy/Y", 1).error().kind,
            ErrorKind::kLimitExceeded);
  EXPECT_EQ(rows.attached_policies(PrincipalKind::kUser, "ann").value().size(), 1U);
}

TEST_F(IdentitiesTest, InlinePoliciesAreReplacedAndLimitedTogether) {
  EXPECT_TRUE(rows.put_inline_policy(PrincipalKind::kUser, "ann", {"one", "12345"}, 10));
  EXPECT_TRUE(rows.put_inline_policy(PrincipalKind::kUser, "ann", {"one", "1234567"}, 10));
  EXPECT_EQ(rows.put_inline_policy(PrincipalKind::kUser, "ann", {"two", "12345"}, 10).error().kind,
            ErrorKind::kLimitExceeded);
  const auto there = rows.inline_policies(PrincipalKind::kUser, "ann").value();
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there.front().document, "1234567");
  EXPECT_EQ(rows.erase_principal(PrincipalKind::kUser, "ann").error().reason, "policies");
}

TEST_F(IdentitiesTest, GroupsHaveMembersWhoKeepThem) {
  EXPECT_TRUE(rows.insert(Principal{PrincipalKind::kGroup, "Team", "AGPA1", "/"}, {}));
  EXPECT_TRUE(rows.insert(Principal{PrincipalKind::kGroup, "Others", "AGPA2", "/"}, {}));
  EXPECT_EQ(rows.add_member("nobody", "ann", 1).error().reason, "group");
  EXPECT_EQ(rows.add_member("team", "bob", 1).error().reason, "user");
  EXPECT_TRUE(rows.add_member("team", "ann", 1));
  EXPECT_TRUE(rows.add_member("TEAM", "Ann", 1)) << "twice is as once";
  EXPECT_EQ(rows.add_member("others", "ann", 1).error().kind, ErrorKind::kLimitExceeded);
  ASSERT_EQ(rows.members("team").value().size(), 1U);
  EXPECT_EQ(rows.members("team").value().front().name, "Ann");
  ASSERT_EQ(rows.groups_of("ANN").value().size(), 1U);
  EXPECT_EQ(rows.groups_of("ANN").value().front().id, "AGPA1");
  EXPECT_EQ(rows.erase_principal(PrincipalKind::kGroup, "team").error().reason, "members");
  EXPECT_EQ(rows.erase_principal(PrincipalKind::kUser, "ann").error().reason, "members");
  EXPECT_TRUE(rows.remove_member("team", "ann"));
  EXPECT_EQ(rows.remove_member("team", "ann").error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(rows.erase_principal(PrincipalKind::kGroup, "team"));
  EXPECT_TRUE(rows.erase_principal(PrincipalKind::kUser, "ann"));
}

TEST_F(IdentitiesTest, ABoundaryIsAPolicyAndKeepsIt) {
  PolicyRow policy;
  policy.arn = "arn:aws:iam::1:policy/p";
  policy.name = "p";
  EXPECT_EQ(rows.set_boundary(PrincipalKind::kUser, "ann", policy.arn).error().reason, "policy");
  EXPECT_TRUE(rows.insert(policy));
  EXPECT_EQ(rows.set_boundary(PrincipalKind::kUser, "bob", policy.arn).error().reason, "user");
  EXPECT_TRUE(rows.set_boundary(PrincipalKind::kUser, "ann", policy.arn));
  EXPECT_EQ(rows.principal(PrincipalKind::kUser, "ann").value().boundary, policy.arn);
  EXPECT_EQ(rows.policy(policy.arn).value().boundaries, 1);
  EXPECT_EQ(rows.erase_policy(policy.arn).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(rows.set_boundary(PrincipalKind::kUser, "ann", ""));
  EXPECT_TRUE(rows.erase_policy(policy.arn));
}

}  // namespace
}  // namespace tunesmith::store
