// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/migrations.h"

#include "store/sqlite/database.h"
#include "store/sqlite/identity_schema.h"
#include "store/sqlite/object_schema.h"

#include <array>
#include <string>

namespace tunesmith::store {
namespace {

// 1: tuning jobs, training jobs, tags, roles.
constexpr const char* kJobs = R"sql(
CREATE TABLE tuning_jobs (
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  status TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  ended INTEGER,
  stop_requested INTEGER NOT NULL DEFAULT 0,
  seed INTEGER NOT NULL,
  failure_reason TEXT NOT NULL DEFAULT '',
  strategy TEXT NOT NULL,
  spec TEXT NOT NULL,
  request TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX tuning_jobs_by_name ON tuning_jobs (region, name) WHERE deleted = 0;
CREATE INDEX tuning_jobs_by_creation ON tuning_jobs (region, created);
CREATE INDEX tuning_jobs_live ON tuning_jobs (status) WHERE ended IS NULL;
CREATE TABLE training_jobs (
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  status TEXT NOT NULL,
  secondary_status TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  stop_requested INTEGER NOT NULL DEFAULT 0,
  attempt INTEGER NOT NULL DEFAULT 1,
  claimed_by TEXT NOT NULL DEFAULT '',
  tuning_job_id INTEGER REFERENCES tuning_jobs (id),
  trial INTEGER,
  asked INTEGER,
  told INTEGER,
  objective REAL,
  objective_status TEXT NOT NULL DEFAULT '',
  tuned TEXT NOT NULL DEFAULT '{}',
  failure_reason TEXT NOT NULL DEFAULT '',
  transitions TEXT NOT NULL DEFAULT '[]',
  final_metrics TEXT NOT NULL DEFAULT '[]',
  last_report INTEGER NOT NULL DEFAULT 0,
  spec TEXT NOT NULL DEFAULT '',
  request TEXT NOT NULL DEFAULT '',
  UNIQUE (region, name)
);
CREATE INDEX training_jobs_by_creation ON training_jobs (region, created);
CREATE INDEX training_jobs_by_tuning_job ON training_jobs (tuning_job_id, trial);
CREATE INDEX training_jobs_by_objective ON training_jobs (tuning_job_id, objective);
CREATE INDEX training_jobs_counters ON training_jobs (tuning_job_id, status, objective_status);
CREATE INDEX training_jobs_live ON training_jobs (status) WHERE ended IS NULL;
CREATE TABLE metric_points (
  training_job_id INTEGER NOT NULL REFERENCES training_jobs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  step INTEGER NOT NULL,
  time INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (training_job_id, name, step)
) WITHOUT ROWID;
CREATE TABLE tags (
  arn TEXT NOT NULL COLLATE NOCASE,
  position INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (arn, key)
) WITHOUT ROWID;
CREATE TABLE roles (
  name TEXT PRIMARY KEY COLLATE NOCASE,
  id TEXT NOT NULL,
  path TEXT NOT NULL,
  created INTEGER NOT NULL,
  max_session_seconds INTEGER NOT NULL DEFAULT 3600,
  description TEXT NOT NULL DEFAULT '',
  trust_policy TEXT NOT NULL
);
)sql";

constexpr const char* kExplanations =
    "ALTER TABLE training_jobs ADD COLUMN explanation TEXT NOT NULL DEFAULT ''";

constexpr const char* kDefinitions = R"sql(
ALTER TABLE training_jobs ADD COLUMN definition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tuning_jobs ADD COLUMN not_improving INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tuning_jobs ADD COLUMN converged INTEGER;
)sql";

constexpr const char* kSearchReports = R"sql(
CREATE TABLE search_reports (
  tuning_job_id INTEGER NOT NULL REFERENCES tuning_jobs (id),
  place INTEGER NOT NULL,
  training_job_id INTEGER NOT NULL,
  resource INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (tuning_job_id, place)
) WITHOUT ROWID;
)sql";

constexpr const char* kParentTrials = R"sql(
CREATE TABLE parent_trials (
  tuning_job_id INTEGER NOT NULL REFERENCES tuning_jobs (id),
  position INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  definition INTEGER NOT NULL,
  tuned TEXT NOT NULL,
  objective REAL,
  PRIMARY KEY (tuning_job_id, position)
) WITHOUT ROWID;
)sql";

constexpr const char* kSearchIndexes = R"sql(
CREATE INDEX tuning_jobs_by_modification ON tuning_jobs (region, modified);
CREATE INDEX training_jobs_by_modification ON training_jobs (region, modified);
CREATE INDEX training_jobs_by_status ON training_jobs (region, status, created);
)sql";

constexpr const char* kWarmPools = R"sql(
CREATE TABLE warm_pools (
  training_job_id INTEGER PRIMARY KEY REFERENCES training_jobs (id) ON DELETE CASCADE,
  region TEXT NOT NULL,
  signature TEXT NOT NULL,
  keep_alive_seconds INTEGER NOT NULL,
  reused_by TEXT NOT NULL DEFAULT '',
  reused_at INTEGER
);
CREATE INDEX warm_pools_unused ON warm_pools (region, signature) WHERE reused_by = '';
)sql";

// The names are in it, so that a search for a part of one reads no rows.
constexpr const char* kNamesByCreation = R"sql(
DROP INDEX training_jobs_by_creation;
CREATE INDEX training_jobs_by_creation ON training_jobs (region, created, id, name);
)sql";

constexpr const char* kResources = R"sql(
CREATE TABLE resources (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  status TEXT NOT NULL,
  created INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  ended INTEGER,
  failure_reason TEXT NOT NULL DEFAULT '',
  request TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, region, name)
);
CREATE INDEX resources_by_creation ON resources (kind, region, created);
CREATE INDEX resources_live ON resources (kind) WHERE ended IS NULL;
)sql";

constexpr const char* kMetricLog = R"sql(
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  region TEXT NOT NULL,
  space TEXT NOT NULL,
  name TEXT NOT NULL,
  dimensions TEXT NOT NULL,
  UNIQUE (region, space, name, dimensions)
);
CREATE TABLE metric_samples (
  series_id INTEGER NOT NULL REFERENCES metric_series (id) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  count REAL NOT NULL,
  sum REAL NOT NULL,
  minimum REAL NOT NULL,
  maximum REAL NOT NULL,
  unit TEXT NOT NULL
);
CREATE INDEX metric_samples_by_time ON metric_samples (series_id, time);
)sql";

constexpr const char* kStoppedEarly =
    "ALTER TABLE training_jobs ADD COLUMN stopped_early INTEGER NOT NULL DEFAULT 0";

// What the counters of a tuning job need of trials whose rows are gone.
constexpr const char* kErasedTrials = R"sql(
CREATE TABLE erased_trials (
  tuning_job_id INTEGER NOT NULL REFERENCES tuning_jobs (id),
  status TEXT NOT NULL,
  objective_status TEXT NOT NULL,
  failed_internally INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tuning_job_id, status, objective_status, failed_internally)
) WITHOUT ROWID;
)sql";

// Which of the stopped trials the search cut short is counted, too. Of rows that are gone already
// nobody knows it: they stay what they were, stopped.
constexpr const char* kEarlyCounts = R"sql(
ALTER TABLE erased_trials RENAME TO erased_before;
CREATE TABLE erased_trials (
  tuning_job_id INTEGER NOT NULL REFERENCES tuning_jobs (id),
  status TEXT NOT NULL,
  objective_status TEXT NOT NULL,
  failed_internally INTEGER NOT NULL,
  stopped_early INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tuning_job_id, status, objective_status, failed_internally, stopped_early)
) WITHOUT ROWID;
INSERT INTO erased_trials
  SELECT tuning_job_id, status, objective_status, failed_internally, 0, count FROM erased_before;
DROP TABLE erased_before;
DROP INDEX training_jobs_counters;
CREATE INDEX training_jobs_counters
  ON training_jobs (tuning_job_id, status, objective_status, stopped_early);
)sql";

// Trials are looked for by their tuning job's name, also when it is erased.
constexpr const char* kTuningJobsByAnyName =
    "CREATE INDEX tuning_jobs_by_any_name ON tuning_jobs (region, name)";

// Append only: a step that a data directory has seen is never changed.
constexpr std::array kSteps = {
    kJobs,                 // 1: tuning jobs, training jobs, tags, roles
    kObjectsSchema,        // 2: buckets, objects, uploads
    kExplanations,         // 3: why a trial was suggested
    kDefinitions,          // 4: several definitions, distance from the completion criteria
    kIdentitiesSchema,     // 5: users, keys, policies
    kSearchReports,        // 6: what a search was told of while trials ran
    kParentTrials,         // 7: trials of the parents of warm-started jobs
    kSearchIndexes,        // 8: orders of Search
    kWarmPools,            // 9: what training jobs keep for the next
    kNamesByCreation,      // 10: parts of names
    kResources,            // 11: models, endpoint configurations, endpoints, transform jobs
    kMetricLog,            // 12: metrics that clients put
    kStoppedEarly,         // 13: which trials the search cut short
    kGroupsSchema,         // 14: groups of users, permissions boundaries
    kErasedTrials,         // 15: counts of deleted trials
    kEarlyCounts,          // 16: counts of trials that the search cut short
    kTuningJobsByAnyName,  // 17: trials of erased tuning jobs
};

}  // namespace

std::span<const char* const> schema_steps() { return kSteps; }

Result<void> migrate(Connection& connection) {
  std::int64_t version = 0;
  {
    auto query = connection.prepare("PRAGMA user_version");
    TUNESMITH_TRY(const bool row, query.step());
    if (row) version = query.integer(0);
  }
  const auto newest = static_cast<std::int64_t>(kSteps.size());
  if (version > newest) {
    return Error(ErrorKind::kConflict, "the database has schema version " +
                                           std::to_string(version) + ", this program knows " +
                                           std::to_string(newest));
  }
  if (version == newest) return {};
  TUNESMITH_TRY_VOID(connection.execute("BEGIN IMMEDIATE"));
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) {
    const auto done = connection.execute(kSteps[step]);
    if (!done) return done.error().with_context("schema step " + std::to_string(step + 1));
  }
  return connection.execute("PRAGMA user_version = " + std::to_string(newest) + "; COMMIT");
}

}  // namespace tunesmith::store
