// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/resource_rows.h"

#include "base/strings.h"

#include <fmt/core.h>

namespace tunesmith::store::resource_rows {
namespace {

constexpr std::string_view kColumns =
    "id, kind, region, name, status, created, modified, ended, failure_reason, request, state";

Resource resource_at(const Statement& row) {
  Resource out;
  out.id = row.integer(0);
  out.kind = row.text(1);
  out.region = row.text(2);
  out.name = row.text(3);
  out.status = row.text(4);
  out.created = from_millis(row.integer(5));
  out.modified = from_millis(row.integer(6));
  if (const auto ended = row.optional_integer(7)) out.ended = from_millis(*ended);
  out.failure_reason = row.text(8);
  out.request = row.text(9);
  out.state = row.text(10);
  return out;
}

Result<std::vector<Resource>> all(Statement& query) {
  std::vector<Resource> rows;
  for (;;) {
    TUNESMITH_TRY(const bool more, query.step());
    if (!more) return rows;
    rows.push_back(resource_at(query));
  }
}

Result<Resource> one(Statement& query, const std::string& what) {
  TUNESMITH_TRY(const bool found, query.step());
  if (!found) return Error(ErrorKind::kNotFound, what + " does not exist");
  return resource_at(query);
}

std::string_view sort_column(SortBy sort) {
  if (sort == SortBy::kCreationTime) return "created";
  return sort == SortBy::kStatus ? "status" : "name";
}

std::string sort_key(const Resource& row, SortBy sort) {
  if (sort == SortBy::kCreationTime) return std::to_string(to_millis(row.created));
  return sort == SortBy::kStatus ? row.status : row.name;
}

Result<void> run_on_one(Connection& connection, Statement& statement, std::int64_t id) {
  TUNESMITH_TRY_VOID(statement.run());
  if (connection.changes() == 1) return {};
  return Error(ErrorKind::kNotFound, fmt::format("resource {} does not exist", id));
}

}  // namespace

Result<Resource> find(Connection& connection, std::string_view kind, std::string_view region,
                      std::string_view name) {
  auto query = connection.prepare(fmt::format(
      "SELECT {} FROM resources WHERE kind = ?1 AND region = ?2 AND name = ?3", kColumns));
  query.bind(1, kind).bind(2, region).bind(3, name);
  return one(query, fmt::format("{} {}", kind, name));
}

Result<Resource> find(Connection& connection, std::int64_t id) {
  auto query = connection.prepare(fmt::format("SELECT {} FROM resources WHERE id = ?1", kColumns));
  query.bind(1, id);
  return one(query, fmt::format("resource {}", id));
}

Result<Page<Resource>> list(Connection& connection, const ResourceQuery& q) {
  const std::string_view column = sort_column(q.sort_by);
  std::string where = "kind = ?1 AND region = ?2";
  if (q.name_contains) where += " AND icontains(name, ?3)";
  if (q.created_after) where += " AND created > ?4";
  if (q.created_before) where += " AND created < ?5";
  if (q.modified_after) where += " AND modified > ?6";
  if (q.modified_before) where += " AND modified < ?7";
  if (q.status) where += " AND status = ?8";
  if (q.after) where += fmt::format(" AND ({}, id) {} (?9, ?10)", column, q.descending ? "<" : ">");
  const std::string_view direction = q.descending ? "DESC" : "ASC";
  auto s =
      connection.prepare(fmt::format("SELECT {} FROM resources WHERE {} ORDER BY {} {}, id {} "
                                     "LIMIT ?11",
                                     kColumns, where, column, direction, direction));
  s.bind(1, std::string_view(q.kind)).bind(2, std::string_view(q.region));
  if (q.name_contains) s.bind(3, std::string_view(*q.name_contains));
  if (q.created_after) s.bind(4, to_millis(*q.created_after));
  if (q.created_before) s.bind(5, to_millis(*q.created_before));
  if (q.modified_after) s.bind(6, to_millis(*q.modified_after));
  if (q.modified_before) s.bind(7, to_millis(*q.modified_before));
  if (q.status) s.bind(8, std::string_view(*q.status));
  if (q.after) {
    if (q.sort_by == SortBy::kCreationTime) {
      const auto key = parse_int(q.after->key);
      if (!key) return Error(ErrorKind::kInvalid, "page cursor is no time: " + q.after->key);
      s.bind(9, *key);
    } else {
      s.bind(9, std::string_view(q.after->key));
    }
    s.bind(10, q.after->id);
  }
  // One more than asked for tells whether there is another page.
  s.bind(11, static_cast<std::int64_t>(q.limit + 1));
  Page<Resource> page;
  TUNESMITH_TRY(page.rows, all(s));
  if (page.rows.size() > q.limit) {
    page.rows.resize(q.limit);
    if (!page.rows.empty())
      page.next = Cursor{sort_key(page.rows.back(), q.sort_by), page.rows.back().id};
  }
  return page;
}

Result<std::vector<Resource>> live(Connection& connection, std::string_view kind) {
  auto query = connection.prepare(fmt::format(
      "SELECT {} FROM resources WHERE kind = ?1 AND ended IS NULL ORDER BY id", kColumns));
  query.bind(1, kind);
  return all(query);
}

Result<std::int64_t> insert(Connection& connection, const Resource& r) {
  auto s = connection.prepare(
      "INSERT INTO resources (kind, region, name, status, created, modified, ended, "
      "failure_reason, request, state) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
  s.bind(1, std::string_view(r.kind))
      .bind(2, std::string_view(r.region))
      .bind(3, std::string_view(r.name))
      .bind(4, std::string_view(r.status))
      .bind(5, to_millis(r.created))
      .bind(6, to_millis(r.modified))
      .bind(7, r.ended ? std::optional(to_millis(*r.ended)) : std::nullopt)
      .bind(8, std::string_view(r.failure_reason))
      .bind(9, std::string_view(r.request))
      .bind(10, std::string_view(r.state));
  TUNESMITH_TRY_VOID(s.run());
  return connection.last_insert_id();
}

Result<void> update(Connection& connection, const Resource& r) {
  auto s = connection.prepare(
      "UPDATE resources SET status=?1, modified=?2, ended=?3, failure_reason=?4, request=?5, "
      "state=?6 WHERE id=?7");
  s.bind(1, std::string_view(r.status))
      .bind(2, to_millis(r.modified))
      .bind(3, r.ended ? std::optional(to_millis(*r.ended)) : std::nullopt)
      .bind(4, std::string_view(r.failure_reason))
      .bind(5, std::string_view(r.request))
      .bind(6, std::string_view(r.state))
      .bind(7, r.id);
  return run_on_one(connection, s, r.id);
}

Result<void> erase(Connection& connection, std::int64_t id) {
  auto s = connection.prepare("DELETE FROM resources WHERE id = ?1");
  s.bind(1, id);
  return run_on_one(connection, s, id);
}

}  // namespace tunesmith::store::resource_rows
