// SPDX-License-Identifier: Apache-2.0
//
// Rows of tuning jobs and training jobs: their columns, read from and bound to statements, and the
// statements of lists. Private to store/sqlite.
#pragma once

#include "base/strings.h"
#include "store/records.h"
#include "store/sqlite/database.h"
#include "store/sqlite/name_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::store::job_rows {

// Columns as tuning_job_at and training_job_at expect them.
inline constexpr std::string_view kTuningColumns =
    "id, region, name, status, created, modified, ended, stop_requested, seed, failure_reason, "
    "strategy, spec, request, not_improving, converged";

inline constexpr std::string_view kTrainingColumns =
    "id, region, name, status, secondary_status, created, modified, started, ended, "
    "stop_requested, attempt, "
    "claimed_by, tuning_job_id, trial, objective, objective_status, tuned, "
    "failure_reason, "
    "transitions, final_metrics, last_report, spec, request, asked, told, explanation, "
    "definition, stopped_early";

Result<TuningJob> tuning_job_at(const Statement& row);
Result<TrainingJob> training_job_at(const Statement& row);

std::optional<std::int64_t> millis(const std::optional<Timestamp>& t);
Result<JobStatus> status_at(const Statement& row, int column);

/// "SELECT <columns> <rest>"
std::string select(std::string_view columns, std::string_view rest);

/// The statement for a list: filters that are absent are left out, so that the planner can use an
/// index. `of_ids`: only rows whose ids are given to bind_list are looked at.
std::string list_sql(std::string_view columns, std::string_view table, const JobQuery& q,
                     bool of_ids);
Result<void> bind_list(Statement& s, const JobQuery& q,
                       const std::optional<std::vector<std::int64_t>>& ids);

/// Binds what insert and update share, from ?1 on; returns the next free parameter.
int bind_training_job(Statement& s, const TrainingJob& job);

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

template <class Row>
Page<Row> page_of(std::vector<Row> rows, const JobQuery& q) {
  Page<Row> page;
  if (rows.size() > q.limit) {
    rows.resize(q.limit);
    if (!rows.empty()) page.next = cursor_after(rows.back(), q.sort_by);
  }
  page.rows = std::move(rows);
  return page;
}

/// `names` of the table's rows, if there are any at hand, make a list by a part of the name fast.
template <class Row>
Result<Page<Row>> list(Connection& connection, std::string_view columns, std::string_view table,
                       Result<Row> (*read)(const Statement&), const JobQuery& q, NameTable* names) {
  // Of more it is likely that a page is full before the order has been gone through.
  constexpr std::size_t kManyIds = 2000;
  std::optional<std::vector<std::int64_t>> ids;
  if (q.name_contains && names != nullptr) {
    TUNESMITH_TRY(ids, names->find(connection, *q.name_contains, kManyIds));
  }
  auto query = connection.prepare(list_sql(columns, table, q, ids.has_value()));
  TUNESMITH_TRY_VOID(bind_list(query, q, ids));
  TUNESMITH_TRY(auto rows, all(query, read));
  return page_of(std::move(rows), q);
}

}  // namespace tunesmith::store::job_rows
