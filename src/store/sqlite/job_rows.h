// SPDX-License-Identifier: Apache-2.0
//
// Rows of tuning jobs and training jobs: their columns, read from and bound to statements, and the
// statements of lists. Private to store/sqlite.
#pragma once

#include "base/log.h"
#include "base/strings.h"
#include "store/records.h"
#include "store/sqlite/database.h"
#include "store/sqlite/name_table.h"

#include <algorithm>
#include <iterator>
#include <span>
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

inline constexpr std::size_t kManyIds = 2000;

/// The statement for a list: filters that are absent are left out, so that the planner can use an
/// index. `of_ids`: only rows whose ids are given to bind_ids are looked at.
std::string list_sql(std::string_view columns, std::string_view table, const JobQuery& q,
                     bool of_ids);
Result<void> bind_list(Statement& s, const JobQuery& q, std::size_t limit);
void bind_ids(Statement& s, std::span<const std::int64_t> ids);

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

/// The rows that can be read: one that cannot is logged, and keeps nobody from the others. Its id
/// and name stand in columns 0 and 2.
template <class Row>
Result<std::vector<Row>> all_readable(Statement& query, Result<Row> (*read)(const Statement&)) {
  std::vector<Row> rows;
  for (;;) {
    TUNESMITH_TRY(const bool more, query.step());
    if (!more) return rows;
    auto row = read(query);
    if (row) {
      rows.push_back(std::move(*row));
    } else {
      log::error("job {} ({}) is left out, `tunesmith verify` tells more: {}", query.text(2),
                 query.integer(0), row.error().message);
    }
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

/// Ids of rows that a list may have, in its order where that is that of creation: those that the
/// page before did not reach.
Result<std::vector<std::int64_t>> in_order(std::vector<NameTable::Row> rows, const JobQuery& q);

/// A page's rows and one more, if there is one. `names` of the table's rows, where they are at
/// hand, make a list by a part of the name fast.
template <class Row>
Result<std::vector<Row>> rows_of(Connection& connection, std::string_view columns,
                                 std::string_view table, Result<Row> (*read)(const Statement&),
                                 const JobQuery& q, NameTable* names) {
  std::optional<std::vector<std::int64_t>> ids;
  if (q.name_contains && names != nullptr) {
    // Of more it is likely that a page is full before the order has been gone through.
    TUNESMITH_TRY(auto found, names->find(connection, *q.name_contains, kManyIds));
    if (found) {
      TUNESMITH_TRY(ids, in_order(std::move(*found), q));
    }
  }
  const std::string sql = list_sql(columns, table, q, ids.has_value());
  std::vector<Row> rows;
  const std::size_t all_ids = ids ? ids->size() : 0;
  // Each row may have to come from the disk: in the order of creation the page may be full soon.
  std::size_t step = q.sort_by == SortBy::kCreationTime ? q.limit + 1 : all_ids;
  for (std::size_t from = 0; rows.size() <= q.limit && (!ids || from < all_ids); step *= 4) {
    const std::size_t until = std::min(all_ids, from + step);
    auto query = connection.prepare(sql);
    if (ids) bind_ids(query, std::span(*ids).subspan(from, until - from));
    TUNESMITH_TRY_VOID(bind_list(query, q, q.limit + 1 - rows.size()));
    TUNESMITH_TRY(auto some, all(query, read));
    std::move(some.begin(), some.end(), std::back_inserter(rows));
    if (!ids) break;
    from = until;
  }
  return rows;
}

}  // namespace tunesmith::store::job_rows
