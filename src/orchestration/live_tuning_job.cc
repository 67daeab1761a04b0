// SPDX-License-Identifier: Apache-2.0
#include "orchestration/live_tuning_job.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::orchestration {
namespace {

using store::JobStatus;
using store::TrainingJob;

TrialState state_of(const TrainingJob& job) {
  switch (job.status) {
    case JobStatus::kCompleted:
      return TrialState::kSucceeded;
    case JobStatus::kFailed:
      return TrialState::kFailed;
    case JobStatus::kStopped:
      return job.secondary_status == "MaxRuntimeExceeded" ||
                     job.secondary_status == "MaxWaitTimeExceeded"
                 ? TrialState::kOutOfTime
                 : TrialState::kStopped;
    case JobStatus::kStopping:
      return TrialState::kStopping;
    default:
      return TrialState::kRunning;
  }
}

TrialEnd end_of(const TrialFact& fact) {
  if (fact.state == TrialState::kStopped || fact.state == TrialState::kOutOfTime)
    return TrialEnd::kStopped;
  return fact.state == TrialState::kSucceeded && fact.objective ? TrialEnd::kValue
                                                                : TrialEnd::kFailed;
}

TuningFacts facts_of(const TuningSpec& spec, const store::TuningJob& job) {
  TuningFacts facts;
  facts.max_trials = spec.max_trials;
  facts.max_parallel = spec.max_parallel;
  facts.maximize.clear();
  for (const auto& definition : spec.definitions) facts.maximize.push_back(definition.maximize);
  facts.target_objective = spec.target_objective;
  facts.max_not_improving = spec.max_not_improving;
  facts.ended = job.ended.has_value();
  facts.complete_on_convergence = spec.complete_on_convergence;
  facts.converged = job.converged.has_value();
  if (spec.max_runtime_seconds)
    facts.deadline = job.created + std::chrono::seconds(*spec.max_runtime_seconds);
  return facts;
}

/// What the store has of a search's past.
struct Past {
  std::vector<TrainingJob> trials;
  std::vector<store::SearchReport> reports;
};

/// An ask, a tell or a report, by its place in the log.
struct LogEntry {
  std::int64_t place;
  enum Kind { kAsk, kTell, kReport } kind;
  std::size_t index;  // of the trial, or of the report
};

/// The log in its order. Ends that were not told yet come after it.
std::vector<LogEntry> log_of(const Past& past) {
  std::vector<LogEntry> log;
  for (std::size_t i = 0; i < past.trials.size(); ++i) {
    const TrainingJob& row = past.trials[i];
    if (row.asked) log.push_back({*row.asked, LogEntry::kAsk, i});
    if (row.told) log.push_back({*row.told, LogEntry::kTell, i});
  }
  for (std::size_t i = 0; i < past.reports.size(); ++i)
    log.push_back({past.reports[i].place, LogEntry::kReport, i});
  std::sort(log.begin(), log.end(),
            [](const LogEntry& a, const LogEntry& b) { return a.place < b.place; });
  return log;
}

Result<void> replay_report(LiveTuningJob& live, const store::SearchReport& report) {
  const auto found = live.index_of.find(report.training_job_id);
  if (found == live.index_of.end()) {
    return Error(ErrorKind::kCorrupt,
                 fmt::format("tuning job {} has a report of no trial", live.job.name));
  }
  const std::size_t index = found->second;
  if (is_live(live.facts.trials[index].state))
    return live.report(index, report.resource, report.value);
  live.reported[index] = std::max(live.reported[index], report.resource);
  return live.search->replay_report(static_cast<std::int64_t>(index) + 1, report.resource,
                                    report.value);
}

Result<void> replay(LiveTuningJob& live, const Past& past) {
  for (std::size_t i = 0; i < past.trials.size(); ++i) {
    const TrainingJob& row = past.trials[i];
    if (row.trial != static_cast<std::int64_t>(i) + 1) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("tuning job {} misses trial {}", live.job.name, i + 1));
    }
    live.add_trial(row);
    if (row.ended && !row.told) live.untold.push_back(i);
  }
  for (const LogEntry& entry : log_of(past)) {
    if (entry.kind == LogEntry::kTell) {
      TUNESMITH_TRY_VOID(live.tell(entry.index));
    } else if (entry.kind == LogEntry::kAsk) {
      const TrainingJob& row = past.trials[entry.index];
      TUNESMITH_TRY_VOID(live.search->replay(*row.trial, row.definition, row.tuned));
    } else {
      TUNESMITH_TRY_VOID(replay_report(live, past.reports[entry.index]));
    }
    live.log_length = std::max(live.log_length, entry.place + 1);
  }
  return {};
}

}  // namespace

void LiveTuningJob::add_trial(const TrainingJob& row) {
  index_of.emplace(row.id, training_job_ids.size());
  training_job_ids.push_back(row.id);
  reported.push_back(0);
  TrialFact fact;
  fact.state = state_of(row);
  fact.objective = row.objective;
  fact.cut_short = row.stopped_early;
  fact.definition = static_cast<std::size_t>(row.definition);
  facts.trials.push_back(fact);
}

void LiveTuningJob::take_state(std::size_t index, const TrainingJob& row) {
  TrialFact& fact = facts.trials[index];
  if (!is_live(fact.state)) return;
  fact.state = state_of(row);
  fact.objective = row.objective;
  if (is_live(fact.state)) return;
  fact.cut_short = row.stopped_early;
  untold.push_back(index);
}

Result<void> LiveTuningJob::report(std::size_t index, std::int64_t resource, double value) {
  TUNESMITH_TRY(const bool go_on,
                search->report(static_cast<std::int64_t>(index) + 1, resource, value));
  reported[index] = std::max(reported[index], resource);
  if (!go_on) facts.trials[index].cut_short = true;
  return {};
}

Result<void> LiveTuningJob::tell(std::size_t index) {
  const TrialFact& fact = facts.trials[index];
  return search->tell(static_cast<std::int64_t>(index) + 1, end_of(fact), fact.objective);
}

Result<std::unique_ptr<LiveTuningJob>> load_tuning_job(const store::Store& store,
                                                       const SearchFactory& searches,
                                                       std::int64_t tuning_job_id) {
  auto live = std::make_unique<LiveTuningJob>();
  Past past;
  std::vector<store::ParentTrial> parents;
  TUNESMITH_TRY_VOID(store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(live->job, r.tuning_job(tuning_job_id));
    TUNESMITH_TRY(past.trials, r.trials(tuning_job_id));
    TUNESMITH_TRY(past.reports, r.search_reports(tuning_job_id));
    TUNESMITH_TRY(parents, r.parent_trials(tuning_job_id));
    return {};
  }));
  TUNESMITH_TRY(live->spec, parse_tuning_spec(live->job.spec));
  auto search = searches(live->spec, static_cast<std::uint64_t>(live->job.seed), parents);
  // Waiting does not make a search of what none can be made of.
  if (!search && search.error().kind == ErrorKind::kInvalid)
    return Error(ErrorKind::kCorrupt, search.error().message);
  if (!search) return search.error();
  live->search = std::move(*search);
  live->facts = facts_of(live->spec, live->job);
  TUNESMITH_TRY_VOID(replay(*live, past));
  return live;
}

}  // namespace tunesmith::orchestration
