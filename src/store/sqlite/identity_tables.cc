// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/identity_tables.h"

#include "store/sqlite/database.h"

#include <fmt/core.h>

namespace tunesmith::store {

namespace {

// Policies of AWS's own are no rows.
constexpr std::string_view kAwsPolicies = "arn:aws:iam::aws:policy/";

// Written into the database: must not change.
std::int64_t code(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return 0;
    case PrincipalKind::kRole:
      return 1;
    case PrincipalKind::kGroup:
      break;
  }
  return 2;
}

std::string_view noun(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return "user";
    case PrincipalKind::kRole:
      return "role";
    case PrincipalKind::kGroup:
      break;
  }
  return "group";
}

Error missing(PrincipalKind kind, const std::string& name) {
  return {ErrorKind::kNotFound, fmt::format("no {} {}", noun(kind), name), std::string(noun(kind))};
}

constexpr std::string_view kPrincipalColumns =
    "SELECT name, id, path, created, description, max_session_seconds, trust_policy,"
    " boundary FROM principals WHERE kind = ?1";

Principal read_principal(const Statement& row, PrincipalKind kind) {
  return {kind,        row.text(0),    row.text(1), row.text(2), from_millis(row.integer(3)),
          row.text(4), row.integer(5), row.text(6), row.text(7)};
}

Result<Principal> find_principal(Connection& c, PrincipalKind kind, const std::string& name) {
  auto query = c.prepare(std::string(kPrincipalColumns) + " AND name = ?2");
  query.bind(1, code(kind)).bind(2, std::string_view(name));
  TUNESMITH_TRY(const bool found, query.step());
  if (!found) return missing(kind, name);
  return read_principal(query, kind);
}

/// By name; those of which `where` (which may name ?2) holds.
Result<std::vector<Principal>> list_principals(const Database& database, PrincipalKind kind,
                                               std::string_view where, const std::string& name) {
  std::vector<Principal> out;
  TUNESMITH_TRY_VOID(database.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(fmt::format("{}{} ORDER BY name", kPrincipalColumns, where));
    query.bind(1, code(kind));
    if (!where.empty()) query.bind(2, std::string_view(name));
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      out.push_back(read_principal(query, kind));
    }
  }));
  return out;
}

/// kNotFound without the policy; that one of AWS's own exists is the caller's to check.
Result<void> need_policy(Connection& c, const std::string& arn) {
  if (arn.starts_with(kAwsPolicies)) return {};
  auto policy = c.prepare("SELECT 1 FROM policies WHERE arn = ?1 COLLATE BINARY");
  policy.bind(1, std::string_view(arn));
  TUNESMITH_TRY(const bool found, policy.step());
  if (!found) return Error(ErrorKind::kNotFound, "no policy " + arn, "policy");
  return {};
}

AccessKey read_key(const Statement& row) {
  return {row.text(0), row.text(1), row.integer(2) != 0, from_millis(row.integer(3))};
}

constexpr std::string_view kPolicyColumns =
    "SELECT arn, name, id, path, description, document, created,"
    " (SELECT count(*) FROM attached_policies a WHERE a.arn = policies.arn),"
    " (SELECT count(*) FROM principals p WHERE p.boundary = policies.arn) FROM policies";

PolicyRow read_policy(const Statement& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          from_millis(row.integer(6)),
          row.integer(7),
          row.integer(8)};
}

/// One number, of a query about a principal (?1, ?2).
Result<std::int64_t> number(Connection& c, std::string_view sql, PrincipalKind kind,
                            const std::string& name) {
  auto query = c.prepare(sql);
  query.bind(1, code(kind)).bind(2, std::string_view(name));
  TUNESMITH_TRY(const bool row, query.step());
  return row ? query.integer(0) : 0;
}

Result<void> attach_one(Connection& c, PrincipalKind kind, const std::string& name,
                        const std::string& arn) {
  return c.prepare("INSERT OR IGNORE INTO attached_policies VALUES (?1,?2,?3)")
      .bind(1, code(kind))
      .bind(2, std::string_view(name))
      .bind(3, std::string_view(arn))
      .run();
}

/// Runs a change and says kNotFound when it changed nothing.
Result<void> change_one(Connection& c, Statement& statement, const std::string& what) {
  TUNESMITH_TRY_VOID(statement.run());
  if (c.changes() == 0) return Error(ErrorKind::kNotFound, "no " + what);
  return {};
}

}  // namespace

Result<void> SqliteIdentities::insert(const Principal& principal,
                                      const std::vector<std::string>& policies) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(c.prepare("INSERT INTO principals VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)")
                           .bind(1, code(principal.kind))
                           .bind(2, std::string_view(principal.name))
                           .bind(3, std::string_view(principal.id))
                           .bind(4, std::string_view(principal.path))
                           .bind(5, to_millis(principal.created))
                           .bind(6, std::string_view(principal.description))
                           .bind(7, principal.max_session_seconds)
                           .bind(8, std::string_view(principal.trust_policy))
                           .bind(9, std::string_view(principal.boundary))
                           .run());
    for (const std::string& arn : policies)
      TUNESMITH_TRY_VOID(attach_one(c, principal.kind, principal.name, arn));
    return {};
  });
}

Result<Principal> SqliteIdentities::principal(PrincipalKind kind, const std::string& name) const {
  Principal out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(out, find_principal(c, kind, name));
    return {};
  }));
  return out;
}

Result<Principal> SqliteIdentities::principal_with_id(PrincipalKind kind,
                                                      const std::string& id) const {
  TUNESMITH_TRY(auto found, list_principals(database_, kind, " AND id = ?2", id));
  if (found.empty()) return missing(kind, id);
  return std::move(found.front());
}

Result<std::vector<Principal>> SqliteIdentities::principals(PrincipalKind kind) const {
  return list_principals(database_, kind, "", "");
}

Result<void> SqliteIdentities::update(const Principal& principal) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto change = c.prepare(
        "UPDATE principals SET description = ?3, max_session_seconds = ?4, trust_policy = ?5"
        " WHERE kind = ?1 AND name = ?2");
    change.bind(1, code(principal.kind))
        .bind(2, std::string_view(principal.name))
        .bind(3, std::string_view(principal.description))
        .bind(4, principal.max_session_seconds)
        .bind(5, std::string_view(principal.trust_policy));
    TUNESMITH_TRY_VOID(change.run());
    return c.changes() == 0 ? missing(principal.kind, principal.name) : Result<void>();
  });
}

Result<void> SqliteIdentities::set_boundary(PrincipalKind kind, const std::string& name,
                                            const std::string& arn) {
  return database_.write([&](Connection& c) -> Result<void> {
    if (!arn.empty()) TUNESMITH_TRY_VOID(need_policy(c, arn));
    auto change = c.prepare("UPDATE principals SET boundary = ?3 WHERE kind = ?1 AND name = ?2");
    change.bind(1, code(kind)).bind(2, std::string_view(name)).bind(3, std::string_view(arn));
    TUNESMITH_TRY_VOID(change.run());
    return c.changes() == 0 ? missing(kind, name) : Result<void>();
  });
}

Result<void> SqliteIdentities::erase_principal(PrincipalKind kind, const std::string& name) {
  return database_.write([&](Connection& c) -> Result<void> {
    if (kind == PrincipalKind::kUser) {
      TUNESMITH_TRY(
          const std::int64_t keys,
          number(c, "SELECT count(*) FROM access_keys WHERE ?1 = 0 AND user = ?2", kind, name));
      if (keys > 0) return Error(ErrorKind::kConflict, name + " has access keys", "keys");
    }
    TUNESMITH_TRY(
        const std::int64_t policies,
        number(c,
               "SELECT (SELECT count(*) FROM attached_policies WHERE kind = ?1 AND principal = ?2)"
               " + (SELECT count(*) FROM inline_policies WHERE kind = ?1 AND principal = ?2)",
               kind, name));
    if (policies > 0) return Error(ErrorKind::kConflict, name + " has policies", "policies");
    TUNESMITH_TRY(const std::int64_t members,
                  number(c,
                         "SELECT count(*) FROM group_members"
                         " WHERE (?1 = 0 AND user = ?2) OR (?1 = 2 AND team = ?2)",
                         kind, name));
    if (members > 0) return Error(ErrorKind::kConflict, name + " has members or groups", "members");
    auto erase = c.prepare("DELETE FROM principals WHERE kind = ?1 AND name = ?2");
    erase.bind(1, code(kind)).bind(2, std::string_view(name));
    TUNESMITH_TRY_VOID(erase.run());
    return c.changes() == 0 ? missing(kind, name) : Result<void>();
  });
}

Result<void> SqliteIdentities::add_member(const std::string& group, const std::string& user,
                                          std::size_t most) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(find_principal(c, PrincipalKind::kGroup, group));
    TUNESMITH_TRY_VOID(find_principal(c, PrincipalKind::kUser, user));
    TUNESMITH_TRY_VOID(c.prepare("INSERT OR IGNORE INTO group_members VALUES (?1,?2)")
                           .bind(1, std::string_view(group))
                           .bind(2, std::string_view(user))
                           .run());
    TUNESMITH_TRY(const std::int64_t groups,
                  number(c, "SELECT count(*) FROM group_members WHERE ?1 = 0 AND user = ?2",
                         PrincipalKind::kUser, user));
    if (static_cast<std::size_t>(groups) > most)
      return Error(ErrorKind::kLimitExceeded, "groups per user");
    return {};
  });
}

Result<void> SqliteIdentities::remove_member(const std::string& group, const std::string& user) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto erase = c.prepare("DELETE FROM group_members WHERE team = ?1 AND user = ?2");
    erase.bind(1, std::string_view(group)).bind(2, std::string_view(user));
    return change_one(c, erase, fmt::format("user {} in group {}", user, group));
  });
}

Result<std::vector<Principal>> SqliteIdentities::members(const std::string& group) const {
  return list_principals(database_, PrincipalKind::kUser,
                         " AND name IN (SELECT user FROM group_members WHERE team = ?2)", group);
}

Result<std::vector<Principal>> SqliteIdentities::groups_of(const std::string& user) const {
  return list_principals(database_, PrincipalKind::kGroup,
                         " AND name IN (SELECT team FROM group_members WHERE user = ?2)", user);
}

Result<void> SqliteIdentities::insert(const AccessKey& key, std::size_t most) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(find_principal(c, PrincipalKind::kUser, key.user));
    TUNESMITH_TRY(const std::int64_t there,
                  number(c, "SELECT count(*) FROM access_keys WHERE ?1 = 0 AND user = ?2",
                         PrincipalKind::kUser, key.user));
    if (static_cast<std::size_t>(there) >= most)
      return Error(ErrorKind::kLimitExceeded, key.user + " has as many access keys as it may");
    return c.prepare("INSERT INTO access_keys VALUES (?1,?2,?3,?4)")
        .bind(1, std::string_view(key.id))
        .bind(2, std::string_view(key.user))
        .bind(3, std::int64_t{key.active ? 1 : 0})
        .bind(4, to_millis(key.created))
        .run();
  });
}

Result<AccessKey> SqliteIdentities::access_key(const std::string& id) const {
  AccessKey out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare("SELECT id, user, active, created FROM access_keys WHERE id = ?1");
    query.bind(1, std::string_view(id));
    TUNESMITH_TRY(const bool found, query.step());
    if (!found) return Error(ErrorKind::kNotFound, "no access key " + id);
    out = read_key(query);
    return {};
  }));
  return out;
}

Result<std::vector<AccessKey>> SqliteIdentities::access_keys(const std::string& user) const {
  std::vector<AccessKey> out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(find_principal(c, PrincipalKind::kUser, user));
    auto query = c.prepare(
        "SELECT id, user, active, created FROM access_keys WHERE user = ?1 ORDER BY created, id");
    query.bind(1, std::string_view(user));
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      out.push_back(read_key(query));
    }
  }));
  return out;
}

Result<void> SqliteIdentities::set_active(const std::string& user, const std::string& id,
                                          bool active) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto change = c.prepare("UPDATE access_keys SET active = ?3 WHERE user = ?1 AND id = ?2");
    change.bind(1, std::string_view(user))
        .bind(2, std::string_view(id))
        .bind(3, std::int64_t{active ? 1 : 0});
    return change_one(c, change, "access key " + id);
  });
}

Result<void> SqliteIdentities::erase_access_key(const std::string& user, const std::string& id) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto erase = c.prepare("DELETE FROM access_keys WHERE user = ?1 AND id = ?2");
    erase.bind(1, std::string_view(user)).bind(2, std::string_view(id));
    return change_one(c, erase, "access key " + id);
  });
}

Result<void> SqliteIdentities::insert(const PolicyRow& policy) {
  return database_.write([&](Connection& c) -> Result<void> {
    return c.prepare("INSERT INTO policies VALUES (?1,?2,?3,?4,?5,?6,?7)")
        .bind(1, std::string_view(policy.arn))
        .bind(2, std::string_view(policy.name))
        .bind(3, std::string_view(policy.id))
        .bind(4, std::string_view(policy.path))
        .bind(5, std::string_view(policy.description))
        .bind(6, std::string_view(policy.document))
        .bind(7, to_millis(policy.created))
        .run();
  });
}

Result<PolicyRow> SqliteIdentities::policy(const std::string& arn) const {
  PolicyRow out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(std::string(kPolicyColumns) + " WHERE arn = ?1");
    query.bind(1, std::string_view(arn));
    TUNESMITH_TRY(const bool found, query.step());
    if (!found) return Error(ErrorKind::kNotFound, "no policy " + arn);
    out = read_policy(query);
    return {};
  }));
  return out;
}

Result<std::vector<PolicyRow>> SqliteIdentities::policies() const {
  std::vector<PolicyRow> out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(std::string(kPolicyColumns) + " ORDER BY name");
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      out.push_back(read_policy(query));
    }
  }));
  return out;
}

Result<void> SqliteIdentities::erase_policy(const std::string& arn) {
  return database_.write([&](Connection& c) -> Result<void> {
    {
      auto attached = c.prepare(
          "SELECT 1 FROM attached_policies WHERE arn = ?1 UNION ALL"
          " SELECT 1 FROM principals WHERE boundary = ?1 LIMIT 1");
      attached.bind(1, std::string_view(arn));
      TUNESMITH_TRY(const bool found, attached.step());
      if (found) return Error(ErrorKind::kConflict, arn + " is attached or a boundary");
    }
    auto erase = c.prepare("DELETE FROM policies WHERE arn = ?1 COLLATE BINARY");
    erase.bind(1, std::string_view(arn));
    return change_one(c, erase, "policy " + arn);
  });
}

Result<void> SqliteIdentities::attach(PrincipalKind kind, const std::string& name,
                                      const std::string& arn, std::size_t most) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(find_principal(c, kind, name));
    TUNESMITH_TRY_VOID(need_policy(c, arn));
    TUNESMITH_TRY_VOID(attach_one(c, kind, name, arn));
    TUNESMITH_TRY(
        const std::int64_t there,
        number(c, "SELECT count(*) FROM attached_policies WHERE kind = ?1 AND principal = ?2", kind,
               name));
    if (static_cast<std::size_t>(there) > most)
      return Error(ErrorKind::kLimitExceeded, name + " has as many policies as it may");
    return {};
  });
}

Result<void> SqliteIdentities::detach(PrincipalKind kind, const std::string& name,
                                      const std::string& arn) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto erase = c.prepare(
        "DELETE FROM attached_policies WHERE kind = ?1 AND principal = ?2"
        " AND arn = ?3 COLLATE BINARY");
    erase.bind(1, code(kind)).bind(2, std::string_view(name)).bind(3, std::string_view(arn));
    return change_one(c, erase, "attached policy " + arn);
  });
}

Result<std::vector<std::string>> SqliteIdentities::attached_policies(
    PrincipalKind kind, const std::string& name) const {
  std::vector<std::string> out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(
        "SELECT arn FROM attached_policies WHERE kind = ?1 AND principal = ?2 ORDER BY arn");
    query.bind(1, code(kind)).bind(2, std::string_view(name));
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      out.push_back(query.text(0));
    }
  }));
  return out;
}

Result<void> SqliteIdentities::put_inline_policy(PrincipalKind kind, const std::string& name,
                                                 const InlinePolicy& policy, std::size_t most) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY_VOID(find_principal(c, kind, name));
    TUNESMITH_TRY_VOID(c.prepare("INSERT OR REPLACE INTO inline_policies VALUES (?1,?2,?3,?4)")
                           .bind(1, code(kind))
                           .bind(2, std::string_view(name))
                           .bind(3, std::string_view(policy.name))
                           .bind(4, std::string_view(policy.document))
                           .run());
    TUNESMITH_TRY(const std::int64_t bytes,
                  number(c,
                         "SELECT coalesce(sum(length(document)), 0) FROM inline_policies"
                         " WHERE kind = ?1 AND principal = ?2",
                         kind, name));
    if (static_cast<std::size_t>(bytes) > most)
      return Error(ErrorKind::kLimitExceeded, "the inline policies of " + name + " are too long");
    return {};
  });
}

Result<void> SqliteIdentities::erase_inline_policy(PrincipalKind kind, const std::string& name,
                                                   const std::string& policy) {
  return database_.write([&](Connection& c) -> Result<void> {
    auto erase =
        c.prepare("DELETE FROM inline_policies WHERE kind = ?1 AND principal = ?2 AND name = ?3");
    erase.bind(1, code(kind)).bind(2, std::string_view(name)).bind(3, std::string_view(policy));
    return change_one(c, erase, "inline policy " + policy);
  });
}

Result<std::vector<InlinePolicy>> SqliteIdentities::inline_policies(PrincipalKind kind,
                                                                    const std::string& name) const {
  std::vector<InlinePolicy> out;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(
        "SELECT name, document FROM inline_policies WHERE kind = ?1 AND principal = ?2"
        " ORDER BY name");
    query.bind(1, code(kind)).bind(2, std::string_view(name));
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      out.push_back({query.text(0), query.text(1)});
    }
  }));
  return out;
}

}  // namespace tunesmith::store
