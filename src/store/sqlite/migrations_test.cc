// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/migrations.h"

#include "base/random.h"
#include "store/sqlite/database.h"
#include "store/sqlite/inventory.h"
#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tunesmith::store {
namespace {

/// A database file of an earlier program, made with its steps alone.
class EarlierDatabase {
 public:
  explicit EarlierDatabase(std::size_t version)
      : path(std::filesystem::temp_directory_path() / ("migration-" + random_hex(6) + ".db")) {
    sqlite3_open(path.c_str(), &database_);
    for (std::size_t step = 0; step < version; ++step) execute(schema_steps()[step]);
    execute("PRAGMA user_version = " + std::to_string(version));
  }
  ~EarlierDatabase() {
    close();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(path.string() + suffix);
    }
  }
  EarlierDatabase(const EarlierDatabase&) = delete;
  EarlierDatabase& operator=(const EarlierDatabase&) = delete;

  void execute(const std::string& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << (message != nullptr ? message : "") << " in " << sql;
    sqlite3_free(message);
  }
  void close() {
    sqlite3_close(database_);
    database_ = nullptr;
  }

  const std::filesystem::path path;

 private:
  sqlite3* database_ = nullptr;
};

// What every program since the first could have written.
constexpr const char* kJobs =
    "INSERT INTO tuning_jobs (id, region, name, status, created, modified, seed, strategy, spec, "
    "request) VALUES (7, 'us-east-1', 'Old', 'InProgress', 1000, 2000, 5, 'Bayesian', '{}', '{}');"
    "INSERT INTO training_jobs (id, region, name, status, secondary_status, created, modified, "
    "ended, tuning_job_id, trial, objective, tuned, transitions) VALUES (9, 'us-east-1', 'Old-1', "
    "'Completed', 'Completed', 1000, 2000, 2000, 7, 1, 0.75, '[[\"eta\",\"0.5\"]]', '[]');"
    "INSERT INTO metric_points VALUES (9, 'validation:auc', 3, 1500, 0.75);"
    "INSERT INTO tags VALUES ('arn:x', 0, 'k', 'v');";
constexpr const char* kRole =
    "INSERT INTO roles VALUES ('Mine', 'AROA1', '/', 1000, 7200, 'd', '{}');";
constexpr const char* kObjects =
    "INSERT INTO buckets VALUES (1, 'b', 'us-east-1', 1000);"
    "INSERT INTO objects (bucket_id, key, version, size, etag, modified, part_count) VALUES "
    "(1, X'61FF62', '00112233445566778899aabbccddeeff', 5, 'e', 1000, 0);";

class Migration : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Migration, KeepsWhatAnEarlierProgramStored) {
  const std::size_t version = GetParam();
  EarlierDatabase earlier(version);
  earlier.execute(kJobs);
  if (version >= 2) earlier.execute(kObjects);
  if (version < 5) earlier.execute(kRole);
  earlier.close();

  const auto database = Database::open(earlier.path);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_TRUE(check_database(**database).value().empty());
  SqliteStore store(**database);
  const auto read = store.read([&](Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto tuning, reader.tuning_job("us-east-1", "old"));
    EXPECT_EQ(tuning.id, 7);
    EXPECT_EQ(tuning.seed, 5);
    TUNESMITH_TRY(const auto trials, reader.trials(7));
    EXPECT_EQ(trials.size(), 1U);
    EXPECT_EQ(trials.at(0).objective, 0.75);
    EXPECT_EQ(trials.at(0).tuned, (NamedValues{{"eta", "0.5"}}));
    TUNESMITH_TRY(const auto points, reader.metric_points(9));
    EXPECT_EQ(points.size(), 1U);
    TUNESMITH_TRY(const auto tags, reader.tags("arn:x"));
    EXPECT_EQ(tags, (std::vector<Tag>{{"k", "v"}}));
    return {};
  });
  EXPECT_TRUE(read) << read.error().message;
  EXPECT_TRUE((*database)->read([&](Connection& connection) -> Result<void> {
    if (version < 5) {
      auto query = connection.prepare(
          "SELECT max_session_seconds FROM principals WHERE name = 'mine' AND kind = 1");
      TUNESMITH_TRY(const bool row, query.step());
      EXPECT_TRUE(row) << "a role has become a principal";
      if (row) {
        EXPECT_EQ(query.integer(0), 7200);
      }
    }
    if (version >= 2) {
      auto query = connection.prepare("SELECT version FROM objects WHERE key = X'61FF62'");
      TUNESMITH_TRY(const bool row, query.step());
      EXPECT_TRUE(row);
    }
    auto query = connection.prepare("PRAGMA user_version");
    TUNESMITH_TRY_VOID(query.step());
    EXPECT_EQ(query.integer(0), static_cast<std::int64_t>(schema_steps().size()));
    return {};
  }));
}

TEST(Migrations, CountsOfErasedTrialsStay) {
  EarlierDatabase earlier(15);
  earlier.execute(kJobs);
  earlier.execute(
      "INSERT INTO erased_trials VALUES (7, 'Stopped', 'Succeeded', 0, 4), "
      "(7, 'Failed', 'Failed', 1, 2)");
  earlier.close();
  const auto database = Database::open(earlier.path);
  ASSERT_TRUE(database) << database.error().message;
  SqliteStore store(**database);
  EXPECT_TRUE(store.read([&](Reader& reader) -> Result<void> {
    TUNESMITH_TRY(const auto counters, reader.trial_counters(7));
    EXPECT_EQ(counters.total, 7);
    EXPECT_EQ(counters.completed, 1);
    EXPECT_EQ(counters.stopped, 4);
    EXPECT_EQ(counters.stopped_early, 0);
    EXPECT_EQ(counters.failed_internally, 2);
    return {};
  }));
}

TEST_P(Migration, LeadsToTheSchemaOfANewDatabase) {
  EarlierDatabase earlier(GetParam());
  earlier.close();
  const auto schema = [](const Database& database) {
    std::map<std::string, std::string> objects;
    EXPECT_TRUE(database.read([&](Connection& connection) -> Result<void> {
      auto query = connection.prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema");
      for (;;) {
        TUNESMITH_TRY(const bool row, query.step());
        if (!row) return {};
        objects[query.text(0)] = query.text(1);
      }
    }));
    return objects;
  };
  const auto migrated = Database::open(earlier.path).value();
  const auto fresh = Database::open(":memory:").value();
  EXPECT_EQ(schema(*migrated), schema(*fresh));
}

INSTANTIATE_TEST_SUITE_P(FromEveryVersion, Migration,
                         ::testing::Range<std::size_t>(1, schema_steps().size()));

TEST(Migrations, ADatabaseOfANewerProgramIsLeftAlone) {
  EarlierDatabase newer(schema_steps().size());
  newer.execute("PRAGMA user_version = 10000");
  newer.close();
  const auto database = Database::open(newer.path);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().kind, ErrorKind::kConflict);
}

}  // namespace
}  // namespace tunesmith::store
