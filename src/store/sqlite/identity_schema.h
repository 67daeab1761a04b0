// SPDX-License-Identifier: Apache-2.0
//
// Schema step 5: users, keys and policies; principals take the place of the table of roles. Step
// 14: groups, which are principals too, and permissions boundaries.
#pragma once

namespace tunesmith::store {

inline constexpr const char* kIdentitiesSchema = R"sql(
CREATE TABLE principals (
  kind INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  id TEXT NOT NULL,
  path TEXT NOT NULL,
  created INTEGER NOT NULL,
  description TEXT NOT NULL,
  max_session_seconds INTEGER NOT NULL,
  trust_policy TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) WITHOUT ROWID;
INSERT INTO principals SELECT 1, name, id, path, created, description, max_session_seconds, trust_policy FROM roles;
CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL COLLATE NOCASE,
  active INTEGER NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_keys_by_user ON access_keys (user, created);
CREATE TABLE policies (
  arn TEXT PRIMARY KEY COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  id TEXT NOT NULL,
  path TEXT NOT NULL,
  description TEXT NOT NULL,
  document TEXT NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE attached_policies (
  kind INTEGER NOT NULL,
  principal TEXT NOT NULL COLLATE NOCASE,
  arn TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (kind, principal, arn)
) WITHOUT ROWID;
CREATE INDEX attached_policies_by_arn ON attached_policies (arn);
-- Until now every role was an administrator.
INSERT INTO attached_policies SELECT 1, name, 'arn:aws:iam::aws:policy/AdministratorAccess' FROM roles;
DROP TABLE roles;
CREATE TABLE inline_policies (
  kind INTEGER NOT NULL,
  principal TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  document TEXT NOT NULL,
  PRIMARY KEY (kind, principal, name)
) WITHOUT ROWID;
)sql";

inline constexpr const char* kGroupsSchema = R"sql(
CREATE TABLE group_members (
  team TEXT NOT NULL COLLATE NOCASE,
  user TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (team, user)
) WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (user);
ALTER TABLE principals ADD COLUMN boundary TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
)sql";

}  // namespace tunesmith::store
