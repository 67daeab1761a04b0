// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/inventory.h"

#include "store/sqlite/database.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <array>
#include <memory>

namespace tunesmith::store {
namespace {

constexpr int kBusyMillis = 30'000;

// Rows that name a row which is not there, where the schema itself does not see to it.
struct Reference {
  const char* what;
  const char* sql;
};
constexpr std::array kReferences = {
    Reference{
        "a part of neither an object nor an upload",
        "SELECT DISTINCT owner FROM segments WHERE owner NOT IN (SELECT version FROM objects) "
        "AND owner NOT IN (SELECT id FROM uploads)"},
    Reference{"an object with parts missing",
              "SELECT version FROM objects WHERE part_count > 0 AND part_count != "
              "(SELECT count(*) FROM segments WHERE owner = version)"},
    Reference{"an object whose parts do not make up its size",
              "SELECT version FROM objects WHERE part_count > 0 AND size != "
              "(SELECT total(size) FROM segments WHERE owner = version)"},
    Reference{"metrics of no training job",
              "SELECT DISTINCT training_job_id FROM metric_points WHERE training_job_id NOT IN "
              "(SELECT id FROM training_jobs)"},
    Reference{"a trial of no tuning job",
              "SELECT name FROM training_jobs WHERE tuning_job_id IS NOT NULL AND tuning_job_id "
              "NOT IN (SELECT id FROM tuning_jobs)"},
    Reference{"a job that has ended in a status that is not an end",
              "SELECT name FROM training_jobs WHERE ended IS NOT NULL AND status NOT IN "
              "('Completed', 'Failed', 'Stopped')"},
    Reference{"a tuning job that cannot be read",
              "SELECT name FROM tuning_jobs WHERE NOT json_valid(spec) OR NOT json_valid(request) "
              "OR status NOT IN ('InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped')"},
    Reference{"a training job that cannot be read",
              "SELECT name FROM training_jobs WHERE (spec != '' AND NOT json_valid(spec)) OR "
              "(request != '' AND NOT json_valid(request)) OR NOT json_valid(tuned) OR NOT "
              "json_valid(transitions) OR NOT json_valid(final_metrics) OR status NOT IN "
              "('InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped')"},
    Reference{"a resource that cannot be read",
              "SELECT kind || ' ' || name FROM resources WHERE (state != '' AND NOT "
              "json_valid(state)) OR (request != '' AND NOT json_valid(request))"},
    Reference{"an access key of no user",
              "SELECT id FROM access_keys WHERE user NOT IN (SELECT name FROM principals)"},
    Reference{"a member of no group, or a member that is no user",
              "SELECT team || '/' || user FROM group_members m WHERE NOT EXISTS (SELECT 1 FROM "
              "principals p WHERE p.kind = 2 AND p.name = m.team) OR NOT EXISTS (SELECT 1 FROM "
              "principals p WHERE p.kind = 0 AND p.name = m.user)"},
    Reference{"a boundary that is no policy",
              "SELECT name FROM principals WHERE boundary != '' AND boundary NOT LIKE "
              "'arn:aws:iam::aws:policy/%' AND boundary NOT IN (SELECT arn FROM policies)"},
    Reference{"a policy attached to nobody",
              "SELECT principal FROM attached_policies a WHERE NOT EXISTS (SELECT 1 FROM "
              "principals p WHERE p.kind = a.kind AND p.name = a.principal)"},
    Reference{"a policy inside nobody",
              "SELECT principal FROM inline_policies a WHERE NOT EXISTS (SELECT 1 FROM "
              "principals p WHERE p.kind = a.kind AND p.name = a.principal)"},
};

Result<void> collect(Connection& connection, const char* sql, const std::string& what,
                     std::vector<std::string>& problems) {
  auto query = connection.prepare(sql);
  for (;;) {
    TUNESMITH_TRY(const bool row, query.step());
    if (!row) return {};
    problems.push_back(what + ": " + query.text(0));
  }
}

}  // namespace

Result<void> copy_database(const std::filesystem::path& database,
                           const std::filesystem::path& target) {
  sqlite3* opened = nullptr;
  int code = sqlite3_open_v2(database.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                             nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> connection(opened, &sqlite3_close);
  sqlite3_stmt* prepared = nullptr;
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(opened, kBusyMillis);
    code = sqlite3_prepare_v2(opened, "VACUUM INTO ?1", -1, &prepared, nullptr);
  }
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared,
                                                                             &sqlite3_finalize);
  if (code == SQLITE_OK) {
    sqlite3_bind_text(prepared, 1, target.c_str(), -1, SQLITE_TRANSIENT);
    code = sqlite3_step(prepared);
  }
  if (code == SQLITE_DONE) return {};
  const ErrorKind kind =
      (code & 0xff) == SQLITE_FULL ? ErrorKind::kLimitExceeded : ErrorKind::kInternal;
  return Error(kind,
               fmt::format("copy {} to {}: {}", database.string(), target.string(),
                           opened != nullptr ? sqlite3_errmsg(opened) : sqlite3_errstr(code)));
}

Result<void> for_each_stored_blob(const Database& database,
                                  const std::function<Result<void>(const StoredBlob&)>& visit) {
  return database.read([&](Connection& connection) -> Result<void> {
    // The ETag of what came in one piece is its MD5.
    auto query = connection.prepare(
        "SELECT 's3://' || b.name || '/', o.key, o.version, o.version, o.size, o.etag "
        "FROM objects o JOIN buckets b ON b.id = o.bucket_id WHERE o.part_count = 0 UNION ALL "
        "SELECT 's3://' || b.name || '/', o.key, o.version, s.blob, s.size, s.etag FROM segments s "
        "JOIN objects o ON o.version = s.owner JOIN buckets b ON b.id = o.bucket_id UNION ALL "
        "SELECT 's3://' || b.name || '/', u.key, u.id, s.blob, s.size, s.etag FROM segments s "
        "JOIN uploads u ON u.id = s.owner JOIN buckets b ON b.id = u.bucket_id");
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      StoredBlob blob{.owner = query.text(0) + query.text(1),
                      .version = query.text(2),
                      .blob = query.text(3),
                      .size = static_cast<std::uint64_t>(query.integer(4)),
                      .md5 = query.text(5)};
      if (blob.md5.size() != 32) blob.md5.clear();
      TUNESMITH_TRY_VOID(visit(blob));
    }
  });
}

Result<bool> names_blob(const Database& database, const StoredBlob& blob) {
  bool named = false;
  const auto done = database.read([&](Connection& connection) -> Result<void> {
    auto query = connection.prepare(
        "SELECT 1 FROM objects WHERE version = ?1 AND part_count = 0 UNION ALL "
        "SELECT 1 FROM segments WHERE owner = ?2 AND blob = ?1");
    query.bind(1, std::string_view(blob.blob)).bind(2, std::string_view(blob.version));
    TUNESMITH_TRY(named, query.step());
    return {};
  });
  if (!done) return done.error();
  return named;
}

Result<std::vector<std::int64_t>> ended_training_jobs(const Database& database,
                                                      std::int64_t ended_before) {
  std::vector<std::int64_t> ids;
  const auto done = database.read([&](Connection& connection) -> Result<void> {
    auto query = connection.prepare(
        "SELECT id FROM training_jobs WHERE ended IS NOT NULL AND (?1 = 0 OR ended < ?1)");
    query.bind(1, ended_before);
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      ids.push_back(query.integer(0));
    }
  });
  if (!done) return done.error();
  return ids;
}

Result<std::vector<std::string>> check_database(const Database& database) {
  std::vector<std::string> problems;
  const auto done = database.read([&](Connection& connection) -> Result<void> {
    TUNESMITH_TRY_VOID(collect(connection, "PRAGMA integrity_check", "database", problems));
    std::erase(problems, "database: ok");
    TUNESMITH_TRY_VOID(
        collect(connection, "PRAGMA foreign_key_check", "a broken reference in table", problems));
    for (const Reference& reference : kReferences) {
      TUNESMITH_TRY_VOID(collect(connection, reference.sql, reference.what, problems));
    }
    return {};
  });
  if (!done) return done.error();
  return problems;
}

}  // namespace tunesmith::store
