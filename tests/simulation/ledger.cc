// SPDX-License-Identifier: Apache-2.0
#include "simulation/ledger.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tunesmith::simulation {
namespace {

using fakes::violated;
using store::is_terminal;
using store::JobStatus;
using store::TrainingJob;
using store::TuningJob;

std::int64_t millis(const std::optional<Timestamp>& t) { return t ? to_millis(*t) : -1; }

std::string text(const TuningJob& j) {
  return fmt::format("{} {} {} created {} modified {} ended {} stop {} seed {} '{}'", j.id, j.name,
                     to_string(j.status), to_millis(j.created), to_millis(j.modified),
                     millis(j.ended), j.stop_requested, j.seed, j.failure_reason);
}

std::string text(const TrainingJob& j) {
  std::string out = fmt::format(
      "{} {} {} {} created {} modified {} started {} ended {} stop {} attempt {} by '{}' of {}/{} "
      "asked {} told {} objective {} {} report {} '{}'",
      j.id, j.name, to_string(j.status), j.secondary_status, to_millis(j.created),
      to_millis(j.modified), millis(j.started), millis(j.ended), j.stop_requested, j.attempt,
      j.claimed_by, j.tuning_job_id.value_or(0), j.trial.value_or(0), j.asked.value_or(-1),
      j.told.value_or(-1), j.objective.value_or(-1), j.objective_status, j.last_report,
      j.failure_reason);
  for (const auto& [name, value] : j.tuned) out += fmt::format(" {}={}", name, value);
  for (const auto& t : j.transitions) {
    out += fmt::format(" [{} {}..{}]", t.status, to_millis(t.start), millis(t.end));
  }
  for (const auto& m : j.final_metrics) out += fmt::format(" {}={}", m.name, m.value);
  return out;
}

JobStatus status_of(training::JobStatus status) {
  switch (status) {
    case training::JobStatus::kCompleted:
      return JobStatus::kCompleted;
    case training::JobStatus::kFailed:
      return JobStatus::kFailed;
    case training::JobStatus::kStopped:
      return JobStatus::kStopped;
  }
  return JobStatus::kFailed;
}

/// Whether `value` is better than `best`.
bool better(bool maximize, double value, double best) {
  return maximize ? value > best : value < best;
}

}  // namespace

void Ledger::committed(const fakes::Changes& changes) {
  for (const TuningJob& row : changes.inserted_tuning_jobs) {
    auto spec = orchestration::parse_tuning_spec(row.spec);
    if (!spec) violated("tuning job {}: {}", row.name, spec.error().message);
    jobs_[row.id] = {row, std::move(*spec), {}, 0, {}, changes.parent_trials};
    chronicle_.note("commit: {}", text(row));
  }
  for (const store::SearchReport& report : changes.search_reports) {
    const TrainingJob& row = training_.at(report.training_job_id);
    Job& job = jobs_.at(row.tuning_job_id.value());
    if (report.place != job.log_length++) {
      violated("a report of {} is at place {}", row.name, report.place);
    }
    if (row.told) violated("{} reports after its end was told", row.name);
    if (!job.spec.follows_trials()) violated("{} is followed", row.name);
    job.reports[report.place] = report;
  }
  for (const auto& [id, place] : changes.told) {
    TrainingJob& row = training_.at(id);
    Job& job = jobs_.at(*row.tuning_job_id);
    if (row.told) violated("trial {} is told twice", row.name);
    if (!row.ended) violated("trial {} is told before its end", row.name);
    if (place != job.log_length++) violated("trial {} is told at place {}", row.name, place);
    row.told = place;
  }
  for (const TrainingJob& row : changes.inserted_training_jobs) {
    if (row.status != JobStatus::kInProgress || row.attempt != 1 || !row.claimed_by.empty()) {
      violated("a new training job is {}", text(row));
    }
    if (row.tuning_job_id) check_new_trial(row);
    check_times(row);
    training_[row.id] = row;
    chronicle_.note("commit: {}", text(row));
  }
  for (const TrainingJob& row : changes.updated_training_jobs) {
    TrainingJob& before = training_.at(row.id);
    TrainingJob after = row;
    after.told = before.told;  // not written by update()
    check_step(before, after);
    check_times(after);
    if (is_terminal(after.status) && !is_terminal(before.status)) check_end(after);
    before = after;
    chronicle_.note("commit: {}", text(after));
  }
  for (const TuningJob& row : changes.updated_tuning_jobs) {
    Job& job = jobs_.at(row.id);
    if (job.row.ended && text(job.row) != text(row)) {
      violated("ended tuning job changes from {} to {}", text(job.row), text(row));
    }
    if (job.row.stop_requested && !row.stop_requested) violated("{}: stop is forgotten", row.name);
    if (row.modified < job.row.modified) violated("{}: modified steps back", text(row));
    const bool ends = row.ended && !job.row.ended;
    job.row = row;
    chronicle_.note("commit: {}", text(row));
    if (ends) check_end(job);
  }
}

void Ledger::check_new_trial(const TrainingJob& row) {
  Job& job = jobs_.at(*row.tuning_job_id);
  job.trials.push_back(row.id);
  const auto count = static_cast<std::int64_t>(job.trials.size());
  if (row.trial != count) violated("trial {} is number {}, not {}", row.name, *row.trial, count);
  if (count > job.spec.max_trials) violated("{} has {} trials", job.row.name, count);
  if (job.row.ended) violated("{} gets a trial after its end", job.row.name);
  if (job.row.stop_requested) violated("{} gets a trial after it was told to stop", job.row.name);
  if (row.asked != job.log_length++) violated("trial {} is asked out of its place", row.name);
  std::int64_t live = 1;
  for (const std::int64_t id : job.trials) {
    const auto found = training_.find(id);
    if (found != training_.end() && !found->second.ended) ++live;
  }
  if (live > job.spec.max_parallel) violated("{} has {} trials at once", job.row.name, live);
}

void Ledger::check_step(const TrainingJob& before, const TrainingJob& after) const {
  const auto wrong = [&](std::string_view what) {
    violated("{}: from {}\n to {}", what, text(before), text(after));
  };
  if (is_terminal(before.status) && text(before) != text(after)) wrong("a result changes");
  if (is_terminal(after.status) != after.ended.has_value()) wrong("status and end disagree");
  if (before.stop_requested && !after.stop_requested) wrong("a stop is forgotten");
  if (after.stop_requested && after.status == JobStatus::kInProgress) wrong("a stop is not shown");
  if (after.modified < before.modified) wrong("modified steps back");
  if (after.attempt == before.attempt) {
    if (after.last_report < before.last_report) wrong("reports step back");
    if (!before.claimed_by.empty() && after.claimed_by != before.claimed_by) {
      wrong("a claim is taken over");
    }
    return;
  }
  if (after.attempt != before.attempt + 1) wrong("attempts are not counted one by one");
  if (before.claimed_by.empty()) wrong("an attempt that nobody claimed is over");
  if (runners_.lives(after.id)) wrong("an attempt is over while its runner lives");
  const auto& attempts = runners_.history(after.id).attempts;
  const auto found = attempts.find(before.attempt);
  if (found != attempts.end() && found->second.outcome) wrong("an attempt's outcome is ignored");
}

void Ledger::check_times(const TrainingJob& row) const {
  const auto wrong = [&](std::string_view what) { violated("{}: {}", what, text(row)); };
  if (row.modified < row.created) wrong("modified before it was created");
  if (row.started && *row.started < row.created) wrong("started before it was created");
  if (row.ended && row.started && *row.ended < *row.started) wrong("ended before it was started");
  if (row.transitions.empty() || row.transitions.back().status != row.secondary_status) {
    wrong("transitions do not lead to the status");
  }
  std::set<std::string> passed;
  for (std::size_t i = 0; i < row.transitions.size(); ++i) {
    const store::Transition& t = row.transitions[i];
    const bool last = i + 1 == row.transitions.size();
    if (t.status == "Starting") passed.clear();  // a further attempt
    if (!passed.insert(t.status).second) wrong("goes through a status twice");
    if (last ? t.end != row.ended : t.end != row.transitions[i + 1].start) {
      wrong("transitions do not join");
    }
    if (t.end && *t.end < t.start) wrong("a transition ends before it begins");
  }
}

std::int64_t Ledger::attempts_allowed(const TrainingJob& row) const {
  std::int64_t own = 0;
  if (row.tuning_job_id) {
    const auto& definitions = jobs_.at(*row.tuning_job_id).spec.definitions;
    own = definitions.at(static_cast<std::size_t>(row.definition)).training.max_attempts;
  } else if (const auto spec = training::parse_training_spec(row.spec)) {
    own = spec->max_attempts;
  }
  return own > 0 ? own : max_attempts_;
}

void Ledger::check_end(const TrainingJob& row) const {
  const fakes::JobHistory& history = runners_.history(row.id);
  const auto found = history.attempts.find(row.attempt);
  const auto wrong = [&](std::string_view what) { violated("{}: {}", what, text(row)); };
  if (found != history.attempts.end() && found->second.outcome) {
    const training::Outcome& outcome = found->second.outcome->outcome;
    if (row.failure_reason.starts_with("ClientError: the model")) {
      const bool uploaded =
          std::all_of(outcome.artifacts.begin(), outcome.artifacts.end(),
                      [](const training::Artifact& artifact) { return artifact.uploaded; });
      if (uploaded || row.objective) wrong("fails for a model that is stored");
      if (row.final_metrics.size() != outcome.final_metrics.size()) wrong("lost final metrics");
      return;
    }
    // A job that was told to stop stops, even if its runner had reached the end by then.
    const bool stopped_at_the_end =
        row.stop_requested && outcome.status == training::JobStatus::kCompleted;
    const JobStatus status = stopped_at_the_end ? JobStatus::kStopped : status_of(outcome.status);
    const std::string secondary = stopped_at_the_end ? "Stopped" : outcome.secondary_status;
    if (row.status != status || row.secondary_status != secondary) {
      wrong("does not end as its runner did");
    }
    if (row.final_metrics.size() != outcome.final_metrics.size()) wrong("lost final metrics");
    std::optional<double> objective;
    if (!outcome.final_metrics.empty() && outcome.status != training::JobStatus::kFailed) {
      objective = outcome.final_metrics.front().value;
    }
    if (row.tuning_job_id && row.objective != objective) wrong("has another objective");
  } else {
    if (row.objective || row.status == JobStatus::kCompleted) wrong("has a result of nobody");
    if (row.status == JobStatus::kStopped && !row.stop_requested) wrong("stopped unasked");
    const bool user_error = row.failure_reason.starts_with("ClientError");
    if (row.status == JobStatus::kFailed && !history.launch_failed && !user_error &&
        row.attempt < attempts_allowed(row)) {
      wrong("failed without a cause");
    }
    const auto training = runners_.training();
    if (std::count(training.begin(), training.end(), row.id) > 0) {
      wrong("ended while its runner trains");
    }
  }
  if (!row.tuning_job_id) return;
  if (row.objective_status != (row.objective ? "Succeeded" : "Failed")) wrong("objective status");
}

void Ledger::check_end(const Job& job) const {
  std::int64_t failed = 0, ran = 0, stopped = 0, valued = 0, since_best = 0;
  std::vector<std::optional<double>> bests(job.spec.definitions.size());
  bool target = false;
  for (const std::int64_t id : job.trials) {
    const TrainingJob& row = training_.at(id);
    if (!row.ended) violated("{} ends before its trial {}", job.row.name, row.name);
    failed += row.status == JobStatus::kFailed ? 1 : 0;
    const bool out_of_time = row.status == JobStatus::kStopped && row.secondary_status != "Stopped";
    ran += row.status == JobStatus::kCompleted || out_of_time ? 1 : 0;
    stopped += row.status == JobStatus::kStopped && !out_of_time ? 1 : 0;
    ++since_best;
    if (!row.objective) continue;
    ++valued;
    const auto definition = static_cast<std::size_t>(row.definition);
    const bool maximize = job.spec.definitions.at(definition).maximize;
    std::optional<double>& best = bests.at(definition);
    // An improvement is one of a hundredth at least.
    const double bar = best ? *best + (maximize ? 0.01 : -0.01) * std::abs(*best) : 0;
    if (!best ||
        (better(maximize, *row.objective, *best) && !better(maximize, bar, *row.objective))) {
      since_best = 0;
    }
    if (!best || better(maximize, *row.objective, *best)) best = row.objective;
    if (job.spec.target_objective &&
        !better(maximize, *job.spec.target_objective, *row.objective)) {
      target = true;
    }
  }
  if (job.row.not_improving != since_best) {
    violated("{} says that {} trials do not improve, not {}", job.row.name, job.row.not_improving,
             since_best);
  }
  const auto created = static_cast<std::int64_t>(job.trials.size());
  // The capacity of a HistorySearch; the engine's spaces here are never exhausted.
  const auto capacity =
      job.spec.strategy == "History" ? std::stoll(job.spec.definitions.at(0).ranges.at(0).max) : 0;
  const bool exhausted = capacity > 0 && created == capacity;
  const bool all_there = created == job.spec.max_trials || exhausted;
  const bool overdue =
      job.spec.max_runtime_seconds &&
      time_.now() >= job.row.created + std::chrono::seconds(*job.spec.max_runtime_seconds);
  const bool not_improving =
      job.spec.max_not_improving && since_best >= *job.spec.max_not_improving;
  JobStatus expected = JobStatus::kFailed;
  if (job.row.stop_requested) {
    expected = JobStatus::kStopped;
  } else if (failed >= 5 && valued == 0 && ran == 0) {
    expected = JobStatus::kFailed;
  } else if (ran >= 5 && valued == 0) {
    expected = JobStatus::kFailed;
  } else if (target || not_improving || (job.spec.complete_on_convergence && job.row.converged)) {
    expected = JobStatus::kCompleted;
  } else if (overdue && (!all_there || stopped > 0)) {
    expected = JobStatus::kStopped;
  } else if (!all_there) {
    violated("{} ends with {} trials as {}", job.row.name, created, to_string(job.row.status));
  } else if (valued > 0) {
    expected = JobStatus::kCompleted;
  } else if (failed == 0 && ran == 0) {
    expected = JobStatus::kStopped;
  }
  // A server that started again after the deadline has not asked whether anything is left.
  // Whether what was stopped was stopped by the search, which the deadline would not count, the
  // ledger does not know.
  const bool either = overdue && ((exhausted && job.row.status == JobStatus::kStopped) ||
                                  (job.spec.follows_trials() && stopped > 0));
  if (job.row.status != expected && !either) {
    violated("{} is {}, not {}", job.row.name, to_string(job.row.status), to_string(expected));
  }
}

void Ledger::check_runners() const {
  std::map<std::int64_t, std::int64_t> running;  // by tuning job
  for (const std::int64_t id : runners_.training()) {
    const TrainingJob& row = training_.at(id);
    if (row.ended) violated("trains although it has ended: {}", text(row));
    if (!row.tuning_job_id) continue;
    const Job& job = jobs_.at(*row.tuning_job_id);
    if (++running[job.row.id] > job.spec.max_parallel) {
      violated("{} has too many runners that train", job.row.name);
    }
  }
}

void Ledger::check_store(const store::Store& store) const {
  const auto read = store.read([&](store::Reader& r) -> Result<void> {
    for (const auto& [id, job] : jobs_) {
      TUNESMITH_TRY(const TuningJob row, r.tuning_job(id));
      if (text(row) != text(job.row)) violated("store has {}\n not {}", text(row), text(job.row));
      TUNESMITH_TRY(const auto trials, r.trials(id));
      if (trials.size() != job.trials.size()) violated("{} has lost trials", job.row.name);
      store::TrialCounters expected;
      std::vector<const TrainingJob*> best(job.spec.definitions.size());
      for (const std::int64_t trial : job.trials) {
        const TrainingJob& t = training_.at(trial);
        ++expected.total;
        ++(t.status == JobStatus::kCompleted ? expected.completed
           : t.status == JobStatus::kFailed  ? expected.failed
           : t.status == JobStatus::kStopped ? expected.stopped
                                             : expected.in_progress);
        if (t.status == JobStatus::kStopped && t.stopped_early) ++expected.stopped_early;
        ++(!t.ended      ? expected.objective_pending
           : t.objective ? expected.objective_succeeded
                         : expected.objective_failed);
        const auto definition = static_cast<std::size_t>(t.definition);
        const bool maximize = job.spec.definitions.at(definition).maximize;
        const TrainingJob*& incumbent = best.at(definition);
        if (t.objective &&
            (incumbent == nullptr || better(maximize, *t.objective, *incumbent->objective))) {
          incumbent = &t;
        }
      }
      TUNESMITH_TRY(const auto counters, r.trial_counters(id));
      const auto list = [](const store::TrialCounters& c) {
        return fmt::format("{} {} {} {} ({}) / {} {} {} / {}", c.completed, c.in_progress, c.failed,
                           c.stopped, c.stopped_early, c.objective_succeeded, c.objective_pending,
                           c.objective_failed, c.total);
      };
      if (list(counters) != list(expected)) {
        violated("{} counts {}, not {}", job.row.name, list(counters), list(expected));
      }
      for (std::size_t i = 0; i < best.size(); ++i) {
        const auto shown =
            r.best_trial(id, static_cast<std::int64_t>(i), job.spec.definitions[i].maximize);
        if (shown.has_value() != (best[i] != nullptr) ||
            (best[i] != nullptr && shown->id != best[i]->id)) {
          violated("{}: the best trial is not the best", job.row.name);
        }
      }
    }
    for (const auto& [id, expected] : training_) {
      TUNESMITH_TRY(const TrainingJob row, r.training_job(id));
      if (text(row) != text(expected)) violated("store has {}\n not {}", text(row), text(expected));
    }
    return {};
  });
  if (!read) violated("the store can't be read: {}", read.error().message);
}

void Ledger::check_suggestions(const orchestration::SearchFactory& searches) const {
  for (const auto& [id, job] : jobs_) {
    std::vector<const TrainingJob*> log(static_cast<std::size_t>(job.log_length));
    std::set<std::int64_t> cut_short;
    std::map<std::int64_t, std::int64_t> reached;  // by trial
    bool converged = false;
    for (const std::int64_t trial : job.trials) {
      const TrainingJob& row = training_.at(trial);
      log.at(static_cast<std::size_t>(*row.asked)) = &row;
      if (row.told) log.at(static_cast<std::size_t>(*row.told)) = &row;
    }
    const auto search = searches(job.spec, static_cast<std::uint64_t>(job.row.seed), job.parents);
    if (!search) violated("{}: {}", job.row.name, search.error().message);
    for (std::size_t place = 0; place < log.size(); ++place) {
      converged = converged || (*search)->converged();
      if (const auto report = job.reports.find(static_cast<std::int64_t>(place));
          report != job.reports.end()) {
        const auto& [at, trial, resource, value] = report->second;
        if (resource <= reached[trial]) violated("{} reports {} again", trial, resource);
        reached[trial] = resource;
        const auto go_on = (*search)->report(*training_.at(trial).trial, resource, value);
        if (!go_on) violated("a report of {}: {}", trial, go_on.error().message);
        if (!*go_on) cut_short.insert(trial);
        continue;
      }
      const TrainingJob& row = *log[place];
      if (static_cast<std::size_t>(*row.asked) == place) {
        const auto suggested = (*search)->suggest(*row.trial);
        if (!suggested) violated("trial {}: {}", row.name, suggested.error().message);
        if (suggested->definition != row.definition || suggested->values != row.tuned) {
          violated("another suggestion is due: {}", text(row));
        }
        continue;
      }
      using orchestration::TrialEnd;
      const TrialEnd end = row.status == JobStatus::kStopped ? TrialEnd::kStopped
                           : row.objective                   ? TrialEnd::kValue
                                                             : TrialEnd::kFailed;
      const auto told = (*search)->tell(*row.trial, end, row.objective);
      if (!told) violated("trial {}: {}", row.name, told.error().message);
    }
    converged = converged || (*search)->converged();
    if (job.row.converged && !(converged && job.spec.detect_convergence)) {
      violated("{} says that it has converged", job.row.name);
    }
    for (const std::int64_t trial : job.trials) {
      if (training_.at(trial).stopped_early && !cut_short.contains(trial)) {
        violated("{} was stopped early, and its search had not seen enough", trial);
      }
    }
    for (const std::int64_t trial : cut_short) {
      const TrainingJob& row = training_.at(trial);
      // It may have ended before it heard of it.
      if (!row.stop_requested && row.status == JobStatus::kStopped &&
          row.secondary_status == "Stopped") {
        violated("{} was to be cut short, and nobody asked", row.name);
      }
    }
  }
}

void Ledger::check_points(const store::Store& store) const {
  for (const auto& [id, row] : training_) {
    const auto& attempts = runners_.history(id).attempts;
    const auto found = attempts.find(row.attempt);
    if (found == attempts.end()) continue;
    std::vector<training::MetricPoint> expected = found->second.acknowledged;
    if (row.ended && found->second.outcome) {
      const auto& rest = found->second.outcome->report.metrics;
      expected.insert(expected.end(), rest.begin(), rest.end());
    }
    std::map<std::pair<std::string, std::int64_t>, double> there;
    const auto read = store.read([&, job = id](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(const auto points, r.metric_points(job));
      for (const auto& p : points) there[{p.name, p.step}] = p.value;
      return {};
    });
    if (!read) violated("the store can't be read: {}", read.error().message);
    std::set<std::pair<std::string, std::int64_t>> distinct;
    for (const auto& p : expected) {
      distinct.emplace(p.name, p.step);
      const auto kept = there.find({p.name, p.step});
      if (kept == there.end() || kept->second != p.value) {
        violated("{} has lost point {} of {}", row.name, p.step, p.name);
      }
    }
    // Nothing of an earlier attempt is among them.
    if (row.ended && found->second.outcome && there.size() > distinct.size()) {
      violated("{} has points of an earlier attempt", row.name);
    }
  }
}

bool Ledger::all_ended() const {
  return std::all_of(jobs_.begin(), jobs_.end(),
                     [](const auto& e) { return e.second.row.ended; }) &&
         std::all_of(training_.begin(), training_.end(),
                     [](const auto& e) { return e.second.ended; });
}

}  // namespace tunesmith::simulation
