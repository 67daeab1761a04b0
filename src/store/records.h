// SPDX-License-Identifier: Apache-2.0
//
// The rows that the server keeps: tuning jobs, training jobs, tags, roles. Plain values. The
// enumerators' names are the service's own words; `spec` and `request` are documents that the store
// does not look into.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::store {

enum class JobStatus { kInProgress, kCompleted, kFailed, kStopping, kStopped, kDeleting };
/// "InProgress", ...
std::string_view to_string(JobStatus status);
std::optional<JobStatus> parse_job_status(std::string_view text);
inline bool is_terminal(JobStatus s) {
  return s == JobStatus::kCompleted || s == JobStatus::kFailed || s == JobStatus::kStopped;
}

struct TuningJob {
  std::int64_t id = 0;  // given by the store
  std::string region;
  std::string name;
  JobStatus status = JobStatus::kInProgress;
  Timestamp created{}, modified{};
  std::optional<Timestamp> ended;
  bool stop_requested = false;
  std::int64_t seed = 0;  // of the search; the request's, or drawn at creation
  std::int64_t not_improving =
      0;  // how many trials, one after the other, have not improved the best
  std::optional<Timestamp> converged;  // when the search found that it has converged
  std::string failure_reason;
  std::string strategy;  // "Bayesian", ...: for lists
  std::string spec;      // what orchestration needs to run it (orchestration/tuning_spec.h)
  std::string request;   // the request as it came, for Describe
};

/// A step of a training job's life, as SecondaryStatusTransitions shows it.
struct Transition {
  std::string status;
  Timestamp start{};
  std::optional<Timestamp> end;
  std::string message;
  bool operator==(const Transition&) const = default;
};

struct FinalMetric {
  std::string name;
  double value = 0;
  Timestamp time{};
  bool operator==(const FinalMetric&) const = default;
};

using NamedValues = std::vector<std::pair<std::string, std::string>>;

struct TrainingJob {
  std::int64_t id = 0;  // given by the store
  std::string region;
  std::string name;
  JobStatus status = JobStatus::kInProgress;
  std::string secondary_status;
  Timestamp created{}, modified{};
  std::optional<Timestamp> started, ended;
  bool stop_requested = false;
  bool stopped_early = false;  // it was its search that asked to stop: it had seen enough
  std::int64_t attempt = 1;
  std::string claimed_by;  // identity of the runner that claimed the attempt; empty before
  std::optional<std::int64_t> tuning_job_id;
  std::optional<std::int64_t> trial;  // 1, 2, ... within the tuning job
  std::int64_t definition = 0;        // which of the tuning job's definitions, from 0
  // Places in the tuning job's ordered log of asks and tells, from which a search is replayed.
  std::optional<std::int64_t> asked, told;
  std::optional<double> objective;
  std::string objective_status;  // "Pending", "Succeeded", "Failed"; empty outside tuning jobs
  NamedValues tuned;             // a trial's own hyperparameters, in the order of the space
  std::string explanation;       // why they were suggested: a document of the search, or empty
  std::string failure_reason;
  std::vector<Transition> transitions;
  std::vector<FinalMetric> final_metrics;
  std::int64_t last_report = 0;  // highest sequence number taken in
  std::string spec, request;     // empty for a trial: its tuning job's apply
};

/// What is kept of a training job after its end, for the next one that is like it.
struct WarmPool {
  std::int64_t training_job_id = 0;
  std::string region;
  std::string signature;  // equal for jobs that could use it
  std::int64_t keep_alive_seconds = 0;
  std::string reused_by;  // name of a training job; empty: of none yet
  std::optional<Timestamp> reused_at;
};

struct MetricPoint {
  std::string name;
  std::int64_t step = 0;
  Timestamp time{};
  double value = 0;
};

/// A value of one metric that all trials of a tuning job share.
struct TrialPoint {
  std::int64_t trial = 0;
  std::int64_t step = 0;
  double value = 0;
};

/// A value that a search was told of while a trial ran.
struct SearchReport {
  std::int64_t place = 0;  // in the tuning job's log, as TrainingJob::asked
  std::int64_t training_job_id = 0;
  std::int64_t resource = 0;  // counts from 1
  double value = 0;
};

/// A trial of a parent, as a warm-started tuning job knows it: values of its own ranges.
struct ParentTrial {
  std::int64_t parent = 0;      // which of the job's parents, from 0
  std::int64_t definition = 0;  // which of the job's definitions it is a trial of
  NamedValues values;
  std::optional<double> objective;  // none: it failed
};

struct Tag {
  std::string key, value;
  bool operator==(const Tag&) const = default;
};

/// What is kept of a model, an endpoint configuration, an endpoint or a transform job: a name that
/// is unique (without case) among its kind in a region, the request as it came, and where it
/// stands.
struct Resource {
  std::int64_t id = 0;  // given by the store
  std::string kind;     // "model", "endpoint-config", "endpoint", "transform-job"
  std::string region;
  std::string name;
  std::string status;  // the service's word; empty for what has none
  Timestamp created{}, modified{};
  std::optional<Timestamp> ended;  // of jobs
  std::string failure_reason;
  std::string request;  // a document of the service
  std::string state;    // a document of whoever runs it
};

/// How many trials of a tuning job are in each state.
struct TrialCounters {
  std::int64_t completed = 0, in_progress = 0, failed = 0, stopped = 0;
  std::int64_t failed_internally = 0;  // among `failed`: by no fault of the user's
  std::int64_t stopped_early = 0;      // among `stopped`: its search had seen enough
  std::int64_t objective_succeeded = 0, objective_pending = 0, objective_failed = 0;
  std::int64_t total = 0;
};

enum class SortBy { kName, kCreationTime, kModificationTime, kStatus, kObjective };

/// Where a page goes on: the sort key and id of the last row seen.
struct Cursor {
  std::string key;
  std::int64_t id = 0;
};

/// Filters, order and page of a list of jobs. All filters must hold.
struct JobQuery {
  std::string region;
  std::optional<std::string> name_contains;  // without case
  std::optional<std::string> name;           // whole, without case
  std::optional<Timestamp> created_after, created_before, modified_after, modified_before;
  std::optional<Timestamp> alive_since;  // not ended before that time
  std::optional<JobStatus> status;
  std::optional<std::int64_t> tuning_job_id;   // training jobs only
  std::optional<std::string> tuning_job_name;  // training jobs only: also of erased tuning jobs
  bool outside_tuning = false;                 // training jobs only: those of no tuning job
  SortBy sort_by = SortBy::kName;  // kObjective: training jobs that have an objective only
  bool descending = false;
  std::optional<Cursor> after;
  std::size_t limit = 100;
};

/// Filters, order and page of a list of resources of a kind. All filters must hold.
struct ResourceQuery {
  std::string kind;
  std::string region;
  std::optional<std::string> name_contains;  // without case
  std::optional<Timestamp> created_after, created_before, modified_after, modified_before;
  std::optional<std::string> status;
  SortBy sort_by = SortBy::kName;  // not kObjective
  bool descending = false;
  std::optional<Cursor> after;
  std::size_t limit = 100;
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::optional<Cursor> next;
};

/// Where a list in that order goes on after this row.
Cursor cursor_after(const TuningJob& row, SortBy sort);
Cursor cursor_after(const TrainingJob& row, SortBy sort);

}  // namespace tunesmith::store
