// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/job_rows.h"

#include "store/sqlite/row_documents.h"

#include <fmt/format.h>

#include <utility>

namespace tunesmith::store::job_rows {
namespace {

std::optional<Timestamp> time_at(const Statement& row, int column) {
  const auto value = row.optional_integer(column);
  return value ? std::optional(from_millis(*value)) : std::nullopt;
}

Result<std::int64_t> time_of(const Cursor& cursor) {
  const auto time = parse_int(cursor.key);
  if (!time) return Error(ErrorKind::kInvalid, "page cursor is no time: " + cursor.key);
  return *time;
}

std::string_view sort_column(SortBy sort) {
  switch (sort) {
    case SortBy::kName:
      return "name";
    case SortBy::kCreationTime:
      return "created";
    case SortBy::kModificationTime:
      return "modified";
    case SortBy::kStatus:
      return "status";
    case SortBy::kObjective:
      return "objective";
  }
  return "name";
}

}  // namespace

std::optional<std::int64_t> millis(const std::optional<Timestamp>& t) {
  return t ? std::optional(to_millis(*t)) : std::nullopt;
}

Result<JobStatus> status_at(const Statement& row, int column) {
  const auto status = parse_job_status(row.text(column));
  if (!status)
    return Error(ErrorKind::kCorrupt, "stored job has unknown status " + row.text(column));
  return *status;
}

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
  job.stopped_early = row.integer(c++) != 0;
  return job;
}

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql = "SELECT ";
  sql += columns;
  sql += ' ';
  sql += rest;
  return sql;
}

std::string list_sql(std::string_view columns, std::string_view table, const JobQuery& q,
                     bool of_ids) {
  const std::string_view column = sort_column(q.sort_by);
  std::string where = table == "tuning_jobs" ? "deleted = 0 AND region = ?1" : "region = ?1";
  if (q.name_contains) where += " AND icontains(name, ?2)";
  if (q.name) where += " AND name = ?13";
  if (q.created_after) where += " AND created > ?3";
  if (q.created_before) where += " AND created < ?4";
  if (q.modified_after) where += " AND modified > ?5";
  if (q.modified_before) where += " AND modified < ?6";
  if (q.status) where += " AND status = ?7";
  if (q.tuning_job_id) where += " AND tuning_job_id = ?8";
  if (q.tuning_job_name) {
    where += " AND tuning_job_id IN (SELECT id FROM tuning_jobs WHERE region = ?1 AND name = ?15)";
  }
  if (q.outside_tuning) where += " AND tuning_job_id IS NULL";
  if (q.alive_since) where += " AND (ended IS NULL OR ended >= ?12)";
  if (q.sort_by == SortBy::kObjective) where += " AND objective IS NOT NULL";
  if (q.after) {
    where += std::string(" AND (") + std::string(column) + ", id) " + (q.descending ? "<" : ">") +
             " (?9, ?10)";
  }
  const std::string_view direction = q.descending ? " DESC" : " ASC";
  std::string order = " ORDER BY ";
  order += column;
  order += direction;
  order += ", id";
  order += direction;
  std::string rest = "FROM ";
  rest += table;
  if (of_ids) {
    rest += " NOT INDEXED";  // by nothing but the ids
    where += " AND id IN (SELECT value FROM json_each(?14))";
  }
  const std::string page = " WHERE " + where + order + " LIMIT ?11";
  if (!q.name_contains) return select(columns, rest + page);
  // Every name is looked at: in an index where one has them, and the rows of the page after it.
  return select(columns, rest + " WHERE id IN (" + select("id", rest + page) + ")" + order);
}

Result<std::vector<std::int64_t>> in_order(std::vector<NameTable::Row> rows, const JobQuery& q) {
  if (q.sort_by == SortBy::kCreationTime) {
    const auto comes_before = [&q](const NameTable::Row& a, const NameTable::Row& b) {
      const auto x = std::pair(a.created, a.id), y = std::pair(b.created, b.id);
      return q.descending ? y < x : x < y;
    };
    if (q.after) {
      TUNESMITH_TRY(const std::int64_t created, time_of(*q.after));
      const NameTable::Row last{q.after->id, created};
      std::erase_if(rows, [&](const auto& row) { return !comes_before(last, row); });
    }
    std::sort(rows.begin(), rows.end(), comes_before);
  }
  std::vector<std::int64_t> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}

void bind_ids(Statement& s, std::span<const std::int64_t> ids) {
  s.bind(14, std::string_view(fmt::format("[{}]", fmt::join(ids, ","))));
}

Result<void> bind_list(Statement& s, const JobQuery& q, std::size_t limit) {
  s.bind(1, std::string_view(q.region));
  if (q.name_contains) s.bind(2, std::string_view(*q.name_contains));
  if (q.name) s.bind(13, std::string_view(*q.name));
  if (q.created_after) s.bind(3, to_millis(*q.created_after));
  if (q.created_before) s.bind(4, to_millis(*q.created_before));
  if (q.modified_after) s.bind(5, to_millis(*q.modified_after));
  if (q.modified_before) s.bind(6, to_millis(*q.modified_before));
  if (q.status) s.bind(7, to_string(*q.status));
  if (q.tuning_job_id) s.bind(8, *q.tuning_job_id);
  if (q.tuning_job_name) s.bind(15, std::string_view(*q.tuning_job_name));
  if (q.alive_since) s.bind(12, to_millis(*q.alive_since));
  if (q.after) {
    if (q.sort_by == SortBy::kCreationTime || q.sort_by == SortBy::kModificationTime) {
      TUNESMITH_TRY(const std::int64_t key, time_of(*q.after));
      s.bind(9, key);
    } else if (q.sort_by == SortBy::kObjective) {
      const auto key = parse_double(q.after->key);
      if (!key) return Error(ErrorKind::kInvalid, "page cursor is no number: " + q.after->key);
      s.bind(9, *key);
    } else {
      s.bind(9, std::string_view(q.after->key));
    }
    s.bind(10, q.after->id);
  }
  s.bind(11, static_cast<std::int64_t>(limit));
  return {};
}

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
  s.bind(p++, static_cast<std::int64_t>(job.stopped_early));
  return p;
}

}  // namespace tunesmith::store::job_rows
