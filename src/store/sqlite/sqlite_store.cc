// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include "base/strings.h"
#include "store/sqlite/row_documents.h"

namespace tunesmith::store {
namespace {

std::optional<std::int64_t> millis(const std::optional<Timestamp>& t) {
  return t ? std::optional(to_millis(*t)) : std::nullopt;
}
std::optional<Timestamp> time_at(const Statement& row, int column) {
  const auto value = row.optional_integer(column);
  return value ? std::optional(from_millis(*value)) : std::nullopt;
}

Result<JobStatus> status_at(const Statement& row, int column) {
  const auto status = parse_job_status(row.text(column));
  if (!status)
    return Error(ErrorKind::kCorrupt, "stored job has unknown status " + row.text(column));
  return *status;
}

constexpr std::string_view kTuningColumns =
    "id, region, name, status, created, modified, ended, stop_requested, seed, failure_reason, "
    "strategy, spec, request, not_improving, converged";

Result<TuningJob> tuning_job_at(const Statement& row) {
  TuningJob job;
  job.id = row.integer(0);
  job.region = row.text(1);
  job.name = row.text(2);
  TUNESMITH_TRY(job.status, status_at(row, 3));
  job.created = from_millis(row.integer(4));
  job.modified = from_millis(row.integer(5));
  job.ended = time_at(row, 6);
  job.stop_requested = row.integer(7) != 0;
  job.seed = row.integer(8);
  job.failure_reason = row.text(9);
  job.strategy = row.text(10);
  job.spec = row.text(11);
  job.request = row.text(12);
  job.not_improving = row.integer(13);
  job.converged = time_at(row, 14);
  return job;
}

constexpr std::string_view kTrainingColumns =
    "id, region, name, status, secondary_status, created, modified, started, ended, "
    "stop_requested, attempt, "
    "claimed_by, tuning_job_id, trial, objective, objective_status, tuned, "
    "failure_reason, "
    "transitions, final_metrics, last_report, spec, request, asked, told, explanation, "
    "definition";

Result<TrainingJob> training_job_at(const Statement& row) {
  TrainingJob job;
  int c = 0;  // columns in the order of kTrainingColumns
  job.id = row.integer(c++);
  job.region = row.text(c++);
  job.name = row.text(c++);
  TUNESMITH_TRY(job.status, status_at(row, c++));
  job.secondary_status = row.text(c++);
  job.created = from_millis(row.integer(c++));
  job.modified = from_millis(row.integer(c++));
  job.started = time_at(row, c++);
  job.ended = time_at(row, c++);
  job.stop_requested = row.integer(c++) != 0;
  job.attempt = row.integer(c++);
  job.claimed_by = row.text(c++);
  job.tuning_job_id = row.optional_integer(c++);
  job.trial = row.optional_integer(c++);
  job.objective = row.optional_real(c++);
  job.objective_status = row.text(c++);
  TUNESMITH_TRY(job.tuned, parse_named_values(row.text(c++)));
  job.failure_reason = row.text(c++);
  TUNESMITH_TRY(job.transitions, parse_transitions(row.text(c++)));
  TUNESMITH_TRY(job.final_metrics, parse_final_metrics(row.text(c++)));
  job.last_report = row.integer(c++);
  job.spec = row.text(c++);
  job.request = row.text(c++);
  job.asked = row.optional_integer(c++);
  job.told = row.optional_integer(c++);
  job.explanation = row.text(c++);
  job.definition = row.integer(c++);
  return job;
}

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql = "SELECT ";
  sql += columns;
  sql += ' ';
  sql += rest;
  return sql;
}

template <class Row>
Result<Row> one(Statement& query, Result<Row> (*read)(const Statement&), std::string_view what) {
  TUNESMITH_TRY(const bool found, query.step());
  if (!found) return Error(ErrorKind::kNotFound, std::string(what) + " does not exist");
  return read(query);
}

template <class Row>
Result<std::vector<Row>> all(Statement& query, Result<Row> (*read)(const Statement&)) {
  std::vector<Row> rows;
  for (;;) {
    TUNESMITH_TRY(const bool more, query.step());
    if (!more) return rows;
    TUNESMITH_TRY(auto row, read(query));
    rows.push_back(std::move(row));
  }
}

std::string_view sort_column(SortBy sort) {
  switch (sort) {
    case SortBy::kName:
      return "name";
    case SortBy::kCreationTime:
      return "created";
    case SortBy::kStatus:
      return "status";
    case SortBy::kObjective:
      return "objective";
  }
  return "name";
}

/// The statement for a list: filters that are absent are left out, so that the planner can use an
/// index.
std::string list_sql(std::string_view columns, std::string_view table, const JobQuery& q) {
  const std::string_view column = sort_column(q.sort_by);
  std::string where = table == "tuning_jobs" ? "deleted = 0 AND region = ?1" : "region = ?1";
  if (q.name_contains) where += " AND instr(lower(name), ?2) > 0";
  if (q.created_after) where += " AND created > ?3";
  if (q.created_before) where += " AND created < ?4";
  if (q.modified_after) where += " AND modified > ?5";
  if (q.modified_before) where += " AND modified < ?6";
  if (q.status) where += " AND status = ?7";
  if (q.tuning_job_id) where += " AND tuning_job_id = ?8";
  if (q.outside_tuning) where += " AND tuning_job_id IS NULL";
  if (q.alive_since) where += " AND (ended IS NULL OR ended >= ?12)";
  if (q.sort_by == SortBy::kObjective) where += " AND objective IS NOT NULL";
  if (q.after) {
    where += std::string(" AND (") + std::string(column) + ", id) " + (q.descending ? "<" : ">") +
             " (?9, ?10)";
  }
  const std::string_view direction = q.descending ? " DESC" : " ASC";
  std::string rest = "FROM ";
  rest += table;
  rest += " WHERE " + where + " ORDER BY ";
  rest += column;
  rest += direction;
  rest += ", id";
  rest += direction;
  rest += " LIMIT ?11";
  return select(columns, rest);
}

Result<void> bind_list(Statement& s, const JobQuery& q) {
  s.bind(1, std::string_view(q.region));
  if (q.name_contains) s.bind(2, std::string_view(to_lower(*q.name_contains)));
  if (q.created_after) s.bind(3, to_millis(*q.created_after));
  if (q.created_before) s.bind(4, to_millis(*q.created_before));
  if (q.modified_after) s.bind(5, to_millis(*q.modified_after));
  if (q.modified_before) s.bind(6, to_millis(*q.modified_before));
  if (q.status) s.bind(7, to_string(*q.status));
  if (q.tuning_job_id) s.bind(8, *q.tuning_job_id);
  if (q.alive_since) s.bind(12, to_millis(*q.alive_since));
  if (q.after) {
    if (q.sort_by == SortBy::kCreationTime) {
      const auto key = parse_int(q.after->key);
      if (!key) return Error(ErrorKind::kInvalid, "page cursor is no time: " + q.after->key);
      s.bind(9, *key);
    } else if (q.sort_by == SortBy::kObjective) {
      const auto key = parse_double(q.after->key);
      if (!key) return Error(ErrorKind::kInvalid, "page cursor is no number: " + q.after->key);
      s.bind(9, *key);
    } else {
      s.bind(9, std::string_view(q.after->key));
    }
    s.bind(10, q.after->id);
  }
  // One more than asked for tells whether there is another page.
  s.bind(11, static_cast<std::int64_t>(q.limit + 1));
  return {};
}

template <class Row>
std::string sort_key(const Row& row, SortBy sort) {
  switch (sort) {
    case SortBy::kName:
      return row.name;
    case SortBy::kCreationTime:
      return std::to_string(to_millis(row.created));
    case SortBy::kStatus:
      return std::string(to_string(row.status));
    case SortBy::kObjective:
      if constexpr (requires { row.objective; }) return format_double(row.objective.value_or(0));
      return {};
  }
  return {};
}

template <class Row>
Page<Row> page_of(std::vector<Row> rows, const JobQuery& q) {
  Page<Row> page;
  if (rows.size() > q.limit) {
    rows.resize(q.limit);
    if (!rows.empty()) page.next = Cursor{sort_key(rows.back(), q.sort_by), rows.back().id};
  }
  page.rows = std::move(rows);
  return page;
}

Result<MetricPoint> point_at(const Statement& row) {
  return MetricPoint{row.text(0), row.integer(1), from_millis(row.integer(2)), row.real(3)};
}
Result<TrialPoint> trial_point_at(const Statement& row) {
  return TrialPoint{row.integer(0), row.integer(1), row.real(2)};
}
Result<Tag> tag_at(const Statement& row) { return Tag{row.text(0), row.text(1)}; }

/// Binds what insert and update share, from ?1 on; returns the next free parameter.
int bind_training_job(Statement& s, const TrainingJob& job) {
  int p = 1;
  s.bind(p++, to_string(job.status));
  s.bind(p++, std::string_view(job.secondary_status));
  s.bind(p++, to_millis(job.modified));
  s.bind(p++, millis(job.started));
  s.bind(p++, millis(job.ended));
  s.bind(p++, static_cast<std::int64_t>(job.stop_requested));
  s.bind(p++, job.attempt);
  s.bind(p++, std::string_view(job.claimed_by));
  s.bind(p++, job.objective);
  s.bind(p++, std::string_view(job.objective_status));
  s.bind(p++, std::string_view(job.failure_reason));
  s.bind(p++, std::string_view(print_transitions(job.transitions)));
  s.bind(p++, std::string_view(print_final_metrics(job.final_metrics)));
  s.bind(p++, job.last_report);
  return p;
}

class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(Connection& connection) : connection_(connection) {}

  Result<TuningJob> tuning_job(std::string_view region, std::string_view name) override {
    auto query = connection_.prepare(
        select(kTuningColumns, "FROM tuning_jobs WHERE region = ?1 AND name = ?2 AND deleted = 0"));
    query.bind(1, region).bind(2, name);
    return one(query, tuning_job_at, "tuning job " + std::string(name));
  }
  Result<TuningJob> tuning_job(std::int64_t id) override {
    auto query = connection_.prepare(select(kTuningColumns, "FROM tuning_jobs WHERE id = ?1"));
    query.bind(1, id);
    return one(query, tuning_job_at, "tuning job " + std::to_string(id));
  }
  Result<Page<TuningJob>> tuning_jobs(const JobQuery& q) override {
    auto query = connection_.prepare(list_sql(kTuningColumns, "tuning_jobs", q));
    TUNESMITH_TRY_VOID(bind_list(query, q));
    TUNESMITH_TRY(auto rows, all(query, tuning_job_at));
    return page_of(std::move(rows), q);
  }
  Result<std::vector<TuningJob>> live_tuning_jobs() override {
    auto query = connection_.prepare(
        select(kTuningColumns, "FROM tuning_jobs WHERE ended IS NULL ORDER BY id"));
    return all(query, tuning_job_at);
  }

  Result<TrainingJob> training_job(std::string_view region, std::string_view name) override {
    auto query = connection_.prepare(
        select(kTrainingColumns, "FROM training_jobs WHERE region = ?1 AND name = ?2"));
    query.bind(1, region).bind(2, name);
    return one(query, training_job_at, "training job " + std::string(name));
  }
  Result<TrainingJob> training_job(std::int64_t id) override {
    auto query = connection_.prepare(select(kTrainingColumns, "FROM training_jobs WHERE id = ?1"));
    query.bind(1, id);
    return one(query, training_job_at, "training job " + std::to_string(id));
  }
  Result<Page<TrainingJob>> training_jobs(const JobQuery& q) override {
    auto query = connection_.prepare(list_sql(kTrainingColumns, "training_jobs", q));
    TUNESMITH_TRY_VOID(bind_list(query, q));
    TUNESMITH_TRY(auto rows, all(query, training_job_at));
    return page_of(std::move(rows), q);
  }
  Result<std::vector<TrainingJob>> live_training_jobs() override {
    auto query = connection_.prepare(
        select(kTrainingColumns, "FROM training_jobs WHERE ended IS NULL ORDER BY id"));
    return all(query, training_job_at);
  }
  Result<std::vector<TrainingJob>> trials(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        select(kTrainingColumns, "FROM training_jobs WHERE tuning_job_id = ?1 ORDER BY trial"));
    query.bind(1, tuning_job_id);
    return all(query, training_job_at);
  }

  Result<TrialCounters> trial_counters(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        "SELECT status, objective_status, count(*) FROM training_jobs WHERE tuning_job_id = ?1 "
        "GROUP BY status, objective_status");
    query.bind(1, tuning_job_id);
    TrialCounters counters;
    for (;;) {
      TUNESMITH_TRY(const bool more, query.step());
      if (!more) return counters;
      TUNESMITH_TRY(const JobStatus status, status_at(query, 0));
      const std::string objective = query.text(1);
      const std::int64_t n = query.integer(2);
      counters.total += n;
      if (status == JobStatus::kCompleted)
        counters.completed += n;
      else if (status == JobStatus::kFailed)
        counters.failed += n;
      else if (status == JobStatus::kStopped)
        counters.stopped += n;
      else
        counters.in_progress += n;
      if (objective == "Succeeded")
        counters.objective_succeeded += n;
      else if (objective == "Failed")
        counters.objective_failed += n;
      else
        counters.objective_pending += n;
    }
  }

  Result<TrainingJob> best_trial(std::int64_t tuning_job_id, std::int64_t definition,
                                 bool maximize) override {
    // Among equals the earliest trial is the best one.
    auto query = connection_.prepare(select(
        kTrainingColumns,
        maximize ? "FROM training_jobs WHERE tuning_job_id = ?1 AND objective IS NOT NULL AND "
                   "objective_status = 'Succeeded' AND definition = ?2 "
                   "ORDER BY objective DESC, trial LIMIT 1"
                 : "FROM training_jobs WHERE tuning_job_id = ?1 AND objective IS NOT NULL AND "
                   "objective_status = 'Succeeded' AND definition = ?2 "
                   "ORDER BY objective ASC, trial LIMIT 1"));
    query.bind(1, tuning_job_id).bind(2, definition);
    return one(query, training_job_at, "best trial");
  }

  Result<std::vector<MetricPoint>> metric_points(std::int64_t training_job_id) override {
    auto query = connection_.prepare(
        "SELECT name, step, time, value FROM metric_points WHERE training_job_id = ?1 ORDER BY "
        "name, step");
    query.bind(1, training_job_id);
    return all(query, point_at);
  }
  Result<std::vector<TrialPoint>> trial_points(std::int64_t tuning_job_id, std::string_view metric,
                                               std::size_t limit) override {
    auto query = connection_.prepare(
        "SELECT t.trial, p.step, p.value FROM training_jobs t JOIN metric_points p ON "
        "p.training_job_id = t.id AND p.name = ?2 WHERE t.tuning_job_id = ?1 "
        "ORDER BY t.trial, p.step LIMIT ?3");
    query.bind(1, tuning_job_id).bind(2, metric).bind(3, static_cast<std::int64_t>(limit));
    return all(query, trial_point_at);
  }

  Result<std::vector<Tag>> tags(std::string_view arn) override {
    auto query =
        connection_.prepare("SELECT key, value FROM tags WHERE arn = ?1 ORDER BY position");
    query.bind(1, arn);
    return all(query, tag_at);
  }

  Result<std::int64_t> insert(const TuningJob& job) override {
    auto s = connection_.prepare(
        "INSERT INTO tuning_jobs (region, name, status, created, modified, ended, stop_requested, "
        "seed, "
        "failure_reason, strategy, spec, request) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)");
    s.bind(1, std::string_view(job.region))
        .bind(2, std::string_view(job.name))
        .bind(3, to_string(job.status))
        .bind(4, to_millis(job.created))
        .bind(5, to_millis(job.modified))
        .bind(6, millis(job.ended))
        .bind(7, static_cast<std::int64_t>(job.stop_requested))
        .bind(8, job.seed)
        .bind(9, std::string_view(job.failure_reason))
        .bind(10, std::string_view(job.strategy))
        .bind(11, std::string_view(job.spec))
        .bind(12, std::string_view(job.request));
    TUNESMITH_TRY_VOID(s.run());
    return connection_.last_insert_id();
  }
  Result<void> update(const TuningJob& job) override {
    auto s = connection_.prepare(
        "UPDATE tuning_jobs SET status=?1, modified=?2, ended=?3, stop_requested=?4, "
        "failure_reason=?5, not_improving=?6, converged=?7 WHERE id=?8");
    s.bind(1, to_string(job.status))
        .bind(2, to_millis(job.modified))
        .bind(3, millis(job.ended))
        .bind(4, static_cast<std::int64_t>(job.stop_requested))
        .bind(5, std::string_view(job.failure_reason))
        .bind(6, job.not_improving)
        .bind(7, millis(job.converged))
        .bind(8, job.id);
    return run_on_one(s, "tuning job", job.id);
  }
  Result<void> erase_tuning_job(std::int64_t id) override {
    auto s =
        connection_.prepare("UPDATE tuning_jobs SET deleted = 1 WHERE id = ?1 AND deleted = 0");
    s.bind(1, id);
    return run_on_one(s, "tuning job", id);
  }

  Result<std::int64_t> insert(const TrainingJob& job) override {
    auto s = connection_.prepare(
        "INSERT INTO training_jobs (status, secondary_status, modified, started, ended, "
        "stop_requested, attempt, claimed_by, objective, objective_status, "
        "failure_reason, transitions, final_metrics, last_report, region, name, created, "
        "tuning_job_id, trial, tuned, spec, request, asked, explanation, definition) VALUES "
        "(?1,?2,?3,?4,?5,?6,?7,?8,?9,"
        "?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25)");
    int p = bind_training_job(s, job);
    s.bind(p++, std::string_view(job.region));
    s.bind(p++, std::string_view(job.name));
    s.bind(p++, to_millis(job.created));
    s.bind(p++, job.tuning_job_id);
    s.bind(p++, job.trial);
    s.bind(p++, std::string_view(print_named_values(job.tuned)));
    s.bind(p++, std::string_view(job.spec));
    s.bind(p++, std::string_view(job.request));
    s.bind(p++, job.asked);
    s.bind(p++, std::string_view(job.explanation));
    s.bind(p++, job.definition);
    TUNESMITH_TRY_VOID(s.run());
    return connection_.last_insert_id();
  }
  Result<void> update(const TrainingJob& job) override {
    auto s = connection_.prepare(
        "UPDATE training_jobs SET status=?1, secondary_status=?2, modified=?3, started=?4, "
        "ended=?5, stop_requested=?6, attempt=?7, claimed_by=?8, objective=?9, "
        "objective_status=?10, "
        "failure_reason=?11, transitions=?12, final_metrics=?13, last_report=?14 WHERE id=?15");
    s.bind(bind_training_job(s, job), job.id);
    return run_on_one(s, "training job", job.id);
  }
  Result<void> set_told(std::int64_t training_job_id, std::int64_t told) override {
    auto s = connection_.prepare("UPDATE training_jobs SET told = ?1 WHERE id = ?2");
    s.bind(1, told).bind(2, training_job_id);
    return run_on_one(s, "training job", training_job_id);
  }
  Result<void> erase_training_job(std::int64_t id) override {
    auto s = connection_.prepare("DELETE FROM training_jobs WHERE id = ?1");
    s.bind(1, id);
    return run_on_one(s, "training job", id);
  }
  Result<void> add_metric_points(std::int64_t training_job_id,
                                 const std::vector<MetricPoint>& points) override {
    for (const auto& point : points) {
      auto s = connection_.prepare(
          "INSERT OR IGNORE INTO metric_points (training_job_id, name, step, time, value) "
          "VALUES (?1,?2,?3,?4,?5)");
      s.bind(1, training_job_id)
          .bind(2, std::string_view(point.name))
          .bind(3, point.step)
          .bind(4, to_millis(point.time))
          .bind(5, point.value);
      TUNESMITH_TRY_VOID(s.run());
    }
    return {};
  }
  Result<void> erase_metric_points(std::int64_t training_job_id) override {
    auto s = connection_.prepare("DELETE FROM metric_points WHERE training_job_id = ?1");
    return s.bind(1, training_job_id).run();
  }

  Result<void> put_tags(std::string_view arn, const std::vector<Tag>& tags) override {
    for (const auto& tag : tags) {
      auto s = connection_.prepare(
          "INSERT INTO tags (arn, position, key, value) VALUES (?1, (SELECT "
          "coalesce(max(position), 0) + 1 "
          "FROM tags WHERE arn = ?1), ?2, ?3) ON CONFLICT (arn, key) DO UPDATE SET value = "
          "excluded.value");
      s.bind(1, arn).bind(2, std::string_view(tag.key)).bind(3, std::string_view(tag.value));
      TUNESMITH_TRY_VOID(s.run());
    }
    return {};
  }
  Result<void> erase_tags(std::string_view arn, const std::vector<std::string>& keys) override {
    for (const auto& key : keys) {
      auto s = connection_.prepare("DELETE FROM tags WHERE arn = ?1 AND key = ?2");
      TUNESMITH_TRY_VOID(s.bind(1, arn).bind(2, std::string_view(key)).run());
    }
    return {};
  }
  Result<void> erase_all_tags(std::string_view arn) override {
    auto s = connection_.prepare("DELETE FROM tags WHERE arn = ?1");
    return s.bind(1, arn).run();
  }

 private:
  Result<void> run_on_one(Statement& statement, std::string_view what, std::int64_t id) {
    TUNESMITH_TRY_VOID(statement.run());
    if (connection_.changes() == 1) return {};
    return Error(ErrorKind::kNotFound,
                 std::string(what) + " " + std::to_string(id) + " does not exist");
  }

  Connection& connection_;
};

}  // namespace

Result<void> SqliteStore::write(const std::function<Result<void>(Transaction&)>& body) {
  return database_.write([&](Connection& connection) {
    SqliteTransaction transaction(connection);
    return body(transaction);
  });
}

Result<void> SqliteStore::read(const std::function<Result<void>(Reader&)>& body) const {
  return database_.read([&](Connection& connection) {
    SqliteTransaction transaction(connection);
    return body(transaction);
  });
}

}  // namespace tunesmith::store
