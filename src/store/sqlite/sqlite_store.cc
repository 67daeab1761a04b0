// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/job_rows.h"
#include "store/sqlite/resource_rows.h"
#include "store/sqlite/row_documents.h"

namespace tunesmith::store {
namespace {

using namespace job_rows;

Result<MetricPoint> point_at(const Statement& row) {
  return MetricPoint{row.text(0), row.integer(1), from_millis(row.integer(2)), row.real(3)};
}
Result<TrialPoint> trial_point_at(const Statement& row) {
  return TrialPoint{row.integer(0), row.integer(1), row.real(2)};
}
constexpr std::string_view kPoolColumns =
    "training_job_id, region, signature, keep_alive_seconds, reused_by, reused_at";
Result<WarmPool> warm_pool_at(const Statement& row) {
  WarmPool pool{row.integer(0), row.text(1), row.text(2), row.integer(3), row.text(4), {}};
  if (const auto at = row.optional_integer(5)) pool.reused_at = from_millis(*at);
  return pool;
}
Result<ParentTrial> parent_trial_at(const Statement& row) {
  TUNESMITH_TRY(auto values, parse_named_values(row.text(2)));
  return ParentTrial{row.integer(0), row.integer(1), std::move(values), row.optional_real(3)};
}
Result<Tag> tag_at(const Statement& row) { return Tag{row.text(0), row.text(1)}; }

Result<SearchReport> search_report_at(const Statement& row) {
  return SearchReport{row.integer(0), row.integer(1), row.integer(2), row.real(3)};
}

class SqliteTransaction final : public Transaction {
 public:
  /// `reads`: it sees a snapshot of what is committed.
  SqliteTransaction(Connection& connection, JobNames& names, bool reads)
      : connection_(connection), names_(names), reads_(reads) {}

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
    TUNESMITH_TRY(auto rows, rows_of(connection_, kTuningColumns, "tuning_jobs", tuning_job_at, q,
                                     reads_ ? &names_.tuning : nullptr));
    return page_of(std::move(rows), q);
  }
  Result<std::vector<TuningJob>> live_tuning_jobs() override {
    auto query = connection_.prepare(
        select(kTuningColumns, "FROM tuning_jobs WHERE ended IS NULL ORDER BY id"));
    return all_readable(query, tuning_job_at);
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
    TUNESMITH_TRY(auto rows, rows_of(connection_, kTrainingColumns, "training_jobs",
                                     training_job_at, q, reads_ ? &names_.training : nullptr));
    return page_of(std::move(rows), q);
  }
  Result<std::vector<TrainingJob>> live_training_jobs() override {
    auto query = connection_.prepare(
        select(kTrainingColumns, "FROM training_jobs WHERE ended IS NULL ORDER BY id"));
    return all_readable(query, training_job_at);
  }
  Result<std::vector<TrainingJob>> trials(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        select(kTrainingColumns, "FROM training_jobs WHERE tuning_job_id = ?1 ORDER BY trial"));
    query.bind(1, tuning_job_id);
    return all(query, training_job_at);
  }

  Result<TrialCounters> trial_counters(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        "SELECT status, objective_status, stopped_early, count(*) FROM training_jobs "
        "WHERE tuning_job_id = ?1 GROUP BY status, objective_status, stopped_early UNION ALL "
        "SELECT status, objective_status, stopped_early, count FROM erased_trials "
        "WHERE tuning_job_id = ?1");
    query.bind(1, tuning_job_id);
    TrialCounters counters;
    for (;;) {
      TUNESMITH_TRY(const bool more, query.step());
      if (!more) break;
      TUNESMITH_TRY(const JobStatus status, status_at(query, 0));
      const std::string objective = query.text(1);
      const bool early = query.integer(2) != 0;
      const std::int64_t n = query.integer(3);
      counters.total += n;
      if (status == JobStatus::kCompleted)
        counters.completed += n;
      else if (status == JobStatus::kFailed)
        counters.failed += n;
      else if (status == JobStatus::kStopped)
        counters.stopped += n;
      else
        counters.in_progress += n;
      if (status == JobStatus::kStopped && early) counters.stopped_early += n;
      if (objective == "Succeeded")
        counters.objective_succeeded += n;
      else if (objective == "Failed")
        counters.objective_failed += n;
      else
        counters.objective_pending += n;
    }
    if (counters.failed == 0) return counters;
    auto internal = connection_.prepare(
        "SELECT (SELECT count(*) FROM training_jobs WHERE tuning_job_id = ?1 AND status = 'Failed' "
        "AND failure_reason LIKE 'InternalServerError%') + (SELECT total(count) FROM erased_trials "
        "WHERE tuning_job_id = ?1 AND failed_internally)");
    internal.bind(1, tuning_job_id);
    TUNESMITH_TRY(const bool counted, internal.step());
    if (counted) counters.failed_internally = internal.integer(0);
    return counters;
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

  Result<WarmPool> warm_pool(std::int64_t training_job_id) override {
    auto query =
        connection_.prepare(select(kPoolColumns, "FROM warm_pools WHERE training_job_id = ?1"));
    query.bind(1, training_job_id);
    return one(query, warm_pool_at, "warm pool");
  }
  Result<std::vector<WarmPool>> unused_warm_pools(std::string_view region,
                                                  std::string_view signature) override {
    auto query = connection_.prepare(
        select(kPoolColumns,
               "FROM warm_pools WHERE region = ?1 AND signature = ?2 AND reused_by = '' "
               "ORDER BY training_job_id"));
    query.bind(1, region).bind(2, signature);
    return all(query, warm_pool_at);
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

  Result<std::vector<MetricPoint>> metric_points_from(std::int64_t training_job_id,
                                                      std::string_view metric,
                                                      std::int64_t step) override {
    auto query = connection_.prepare(
        "SELECT name, step, time, value FROM metric_points WHERE training_job_id = ?1 AND "
        "name = ?2 AND step >= ?3 ORDER BY step");
    query.bind(1, training_job_id).bind(2, metric).bind(3, step);
    return all(query, point_at);
  }
  Result<std::vector<SearchReport>> search_reports(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        "SELECT place, training_job_id, resource, value FROM search_reports WHERE "
        "tuning_job_id = ?1 ORDER BY place");
    query.bind(1, tuning_job_id);
    return all(query, search_report_at);
  }

  Result<std::vector<ParentTrial>> parent_trials(std::int64_t tuning_job_id) override {
    auto query = connection_.prepare(
        "SELECT parent, definition, tuned, objective FROM parent_trials WHERE "
        "tuning_job_id = ?1 ORDER BY position");
    query.bind(1, tuning_job_id);
    return all(query, parent_trial_at);
  }
  Result<Resource> resource(std::string_view kind, std::string_view region,
                            std::string_view name) override {
    return resource_rows::find(connection_, kind, region, name);
  }
  Result<Resource> resource(std::int64_t id) override {
    return resource_rows::find(connection_, id);
  }
  Result<Page<Resource>> resources(const ResourceQuery& query) override {
    return resource_rows::list(connection_, query);
  }
  Result<std::vector<Resource>> live_resources(std::string_view kind) override {
    return resource_rows::live(connection_, kind);
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
    names_.tuning.erased(id);
    return run_on_one(s, "tuning job", id);
  }

  Result<std::int64_t> insert(const TrainingJob& job) override {
    auto s = connection_.prepare(
        "INSERT INTO training_jobs (status, secondary_status, modified, started, ended, "
        "stop_requested, attempt, claimed_by, objective, objective_status, "
        "failure_reason, transitions, final_metrics, last_report, stopped_early, region, name, "
        "created, "
        "tuning_job_id, trial, tuned, spec, request, asked, explanation, definition, id) VALUES "
        "(?1,?2,?3,?4,?5,?6,?7,?8,?9,"
        "?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,"
        "(SELECT max(coalesce(max(id), 0), ?27) + 1 FROM training_jobs))");
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
    s.bind(p++, names_.training.highest_erased());
    TUNESMITH_TRY_VOID(s.run());
    return connection_.last_insert_id();
  }
  Result<void> update(const TrainingJob& job) override {
    auto s = connection_.prepare(
        "UPDATE training_jobs SET status=?1, secondary_status=?2, modified=?3, started=?4, "
        "ended=?5, stop_requested=?6, attempt=?7, claimed_by=?8, objective=?9, "
        "objective_status=?10, "
        "failure_reason=?11, transitions=?12, final_metrics=?13, last_report=?14, "
        "stopped_early=?15 "
        "WHERE id=?16");
    s.bind(bind_training_job(s, job), job.id);
    return run_on_one(s, "training job", job.id);
  }
  Result<void> set_told(std::int64_t training_job_id, std::int64_t told) override {
    auto s = connection_.prepare("UPDATE training_jobs SET told = ?1 WHERE id = ?2");
    s.bind(1, told).bind(2, training_job_id);
    return run_on_one(s, "training job", training_job_id);
  }
  Result<void> erase_training_job(std::int64_t id) override {
    auto count = connection_.prepare(
        "INSERT INTO erased_trials SELECT tuning_job_id, status, objective_status, status = "
        "'Failed' AND failure_reason LIKE 'InternalServerError%', stopped_early, 1 "
        "FROM training_jobs WHERE id = ?1 AND tuning_job_id IS NOT NULL "
        "ON CONFLICT DO UPDATE SET count = count + 1");
    count.bind(1, id);
    TUNESMITH_TRY_VOID(count.run());
    names_.training.erased(id);
    auto s = connection_.prepare("DELETE FROM training_jobs WHERE id = ?1");
    s.bind(1, id);
    return run_on_one(s, "training job", id);
  }
  Result<void> put_warm_pool(const WarmPool& pool) override {
    auto s = connection_.prepare(
        "INSERT OR REPLACE INTO warm_pools (training_job_id, region, signature, "
        "keep_alive_seconds, reused_by, reused_at) VALUES (?1,?2,?3,?4,?5,?6)");
    s.bind(1, pool.training_job_id)
        .bind(2, std::string_view(pool.region))
        .bind(3, std::string_view(pool.signature))
        .bind(4, pool.keep_alive_seconds)
        .bind(5, std::string_view(pool.reused_by))
        .bind(6, millis(pool.reused_at));
    return s.run();
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

  Result<void> add_search_reports(std::int64_t tuning_job_id,
                                  const std::vector<SearchReport>& reports) override {
    for (const auto& report : reports) {
      auto s = connection_.prepare(
          "INSERT INTO search_reports (tuning_job_id, place, training_job_id, resource, value) "
          "VALUES (?1,?2,?3,?4,?5)");
      s.bind(1, tuning_job_id)
          .bind(2, report.place)
          .bind(3, report.training_job_id)
          .bind(4, report.resource)
          .bind(5, report.value);
      TUNESMITH_TRY_VOID(s.run());
    }
    return {};
  }
  Result<void> put_parent_trials(std::int64_t tuning_job_id,
                                 const std::vector<ParentTrial>& trials) override {
    std::int64_t position = 0;
    for (const auto& trial : trials) {
      auto s = connection_.prepare(
          "INSERT INTO parent_trials (tuning_job_id, position, parent, definition, tuned, "
          "objective) VALUES (?1,?2,?3,?4,?5,?6)");
      s.bind(1, tuning_job_id)
          .bind(2, position++)
          .bind(3, trial.parent)
          .bind(4, trial.definition)
          .bind(5, std::string_view(print_named_values(trial.values)))
          .bind(6, trial.objective);
      TUNESMITH_TRY_VOID(s.run());
    }
    return {};
  }
  Result<void> erase_search_log(std::int64_t tuning_job_id) override {
    auto reports = connection_.prepare("DELETE FROM search_reports WHERE tuning_job_id = ?1");
    TUNESMITH_TRY_VOID(reports.bind(1, tuning_job_id).run());
    auto parents = connection_.prepare("DELETE FROM parent_trials WHERE tuning_job_id = ?1");
    return parents.bind(1, tuning_job_id).run();
  }

  Result<std::int64_t> insert(const Resource& resource) override {
    return resource_rows::insert(connection_, resource);
  }
  Result<void> update(const Resource& resource) override {
    return resource_rows::update(connection_, resource);
  }
  Result<void> erase_resource(std::int64_t id) override {
    return resource_rows::erase(connection_, id);
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
  JobNames& names_;
  const bool reads_;
};

}  // namespace

Result<void> SqliteStore::write(const std::function<Result<void>(Transaction&)>& body) {
  return database_.write([&](Connection& connection) {
    SqliteTransaction transaction(connection, names_, false);
    return body(transaction);
  });
}

Result<void> SqliteStore::read(const std::function<Result<void>(Reader&)>& body) const {
  return database_.read([&](Connection& connection) {
    SqliteTransaction transaction(connection, names_, true);
    return body(transaction);
  });
}

}  // namespace tunesmith::store
