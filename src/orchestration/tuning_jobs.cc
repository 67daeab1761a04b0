// SPDX-License-Identifier: Apache-2.0
#include "orchestration/tuning_jobs.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/strings.h"
#include "orchestration/decide.h"
#include "orchestration/live_tuning_job.h"
#include "training/lifecycle.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tunesmith::orchestration {
namespace {

using store::JobStatus;
using store::TrainingJob;
using store::TuningJob;

/// "<tuning job>-NNN-<8 hex>". The suffix is drawn from what makes the trial unique, so that a row
/// which was not committed before a crash gets the same name again.
std::string trial_name(const TuningJob& job, std::int64_t trial, int salt) {
  const std::string unique = fmt::format("{}/{}/{}/{}/{}/{}", job.region, job.name,
                                         to_millis(job.created), job.seed, trial, salt);
  return fmt::format("{}-{:03}-{}", job.name, trial, to_hex(sha256(unique)).substr(0, 8));
}

}  // namespace

TuningJobs::TuningJobs(store::Store& store, const Clock& clock, Wakeup& wakeup,
                       TrialExecutor& executor, SearchFactory searches)
    : store_(store),
      clock_(clock),
      wakeup_(wakeup),
      executor_(executor),
      searches_(std::move(searches)) {}
TuningJobs::~TuningJobs() = default;

Result<void> TuningJobs::create(TuningJob job, const std::string& arn,
                                const std::vector<store::Tag>& tags,
                                const std::vector<store::ParentTrial>& parents) {
  std::int64_t id = 0;
  auto written = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(id, t.insert(job));
    TUNESMITH_TRY_VOID(t.put_parent_trials(id, parents));
    return t.put_tags(arn, tags);
  });
  // Also after a failure, which may have hit the answer to the commit alone: the row tells.
  if (id != 0) wake(id, 0);
  return written;
}

Result<void> TuningJobs::request_stop(const std::string& region, const std::string& name) {
  std::int64_t id = 0;
  auto written = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(TuningJob job, t.tuning_job(region, name));
    if (job.ended) {
      return Error(ErrorKind::kConflict, fmt::format("stop tuning job {}: it is {} already", name,
                                                     store::to_string(job.status)));
    }
    id = job.id;
    if (job.stop_requested) return {};
    job.stop_requested = true;
    job.status = JobStatus::kStopping;
    job.modified = std::max(clock_.now(), job.modified);  // clocks may step back
    return t.update(job);
  });
  if (id != 0) wake(id, 0);  // as in create()
  return written;
}

Result<void> TuningJobs::erase(const std::string& region, const std::string& name,
                               const std::string& arn) {
  return store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const TuningJob job, t.tuning_job(region, name));
    if (!job.ended) {
      return Error(ErrorKind::kConflict, fmt::format("delete tuning job {}: it is still {}", name,
                                                     store::to_string(job.status)));
    }
    TUNESMITH_TRY_VOID(t.erase_all_tags(arn));
    return t.erase_tuning_job(job.id);
  });
}

Result<void> TuningJobs::recover() {
  std::vector<TuningJob> jobs;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(jobs, r.live_tuning_jobs());
    return {};
  }));
  for (const TuningJob& job : jobs) wake(job.id, 0);
  return {};
}

void TuningJobs::trial_changed(std::int64_t tuning_job_id, std::int64_t training_job_id) {
  wake(tuning_job_id, training_job_id);
}

void TuningJobs::trial_progressed(std::int64_t tuning_job_id, std::int64_t training_job_id) {
  {
    const std::lock_guard lock(mutex_);
    if (!followed_.contains(tuning_job_id)) return;
    dirty_[tuning_job_id].insert(training_job_id);
  }
  wakeup_.ring();
}

void TuningJobs::wake(std::int64_t tuning_job_id, std::int64_t training_job_id) {
  {
    const std::lock_guard lock(mutex_);
    auto& trials = dirty_[tuning_job_id];
    if (training_job_id != 0) trials.insert(training_job_id);
  }
  wakeup_.ring();
  observer_(tuning_job_id);
}

bool TuningJobs::run_once() {
  std::map<std::int64_t, std::set<std::int64_t>> dirty;
  {
    const std::lock_guard lock(mutex_);
    dirty.swap(dirty_);
  }
  // Jobs whose deadline or retry time has come are looked at as if something had changed.
  const Timestamp now = clock_.now();
  for (const auto& [id, live] : live_) {
    if (live->facts.deadline && now >= *live->facts.deadline) dirty[id];
  }
  for (const auto& [id, retry] : retries_) {
    // The clock may have been set back.
    if (now >= retry.at || now + retry.delay < retry.at) dirty[id];
  }
  bool did = false;
  for (const auto& [id, trials] : dirty) {
    auto result = run_job(id, trials);
    if (!result && result.error().kind == ErrorKind::kCorrupt) {
      const auto given_up = give_up(id, result.error().message);
      result = given_up ? Result<bool>(true) : given_up.error();
    }
    if (result) {
      retries_.erase(id);
      did = did || *result;
      continue;
    }
    live_.erase(id);
    if (result.error().kind == ErrorKind::kNotFound) continue;  // deleted meanwhile
    // What is in the store is the truth: load the job afresh, later and later.
    Retry& retry = retries_[id];
    retry.delay = std::clamp(retry.delay * 2, Millis(500), Millis(60000));
    retry.at = now + retry.delay;
    log::error("tuning job {}: {}; next try in {} ms", id, result.error().message,
               retry.delay.count());
  }
  return did;
}

Result<bool> TuningJobs::run_job(std::int64_t id, const std::set<std::int64_t>& changed_trials) {
  auto found = live_.find(id);
  if (found == live_.end()) {
    TUNESMITH_TRY(auto loaded, load_tuning_job(store_, searches_, id));
    if (loaded->facts.ended) return false;
    if (loaded->spec.follows_trials()) {
      const std::lock_guard lock(mutex_);
      followed_.insert(id);
    }
    found = live_.emplace(id, std::move(loaded)).first;
    // What was reported while nobody listened.
    for (const std::int64_t trial : found->second->training_job_ids) {
      if (!found->second->spec.follows_trials()) break;
      TUNESMITH_TRY_VOID(absorb(*found->second, trial));
    }
  } else {
    // The row tells whether somebody asked to stop; the trials' rows what became of them.
    TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(found->second->job, r.tuning_job(id));
      return {};
    }));
    for (const std::int64_t trial : changed_trials)
      TUNESMITH_TRY_VOID(absorb(*found->second, trial));
  }
  TUNESMITH_TRY(const bool did, step(*found->second));
  if (found->second->facts.ended) {
    live_.erase(found);
    const std::lock_guard lock(mutex_);
    followed_.erase(id);
  }
  return did;
}

Result<void> TuningJobs::absorb(LiveTuningJob& live, std::int64_t training_job_id) {
  const auto found = live.index_of.find(training_job_id);
  if (found == live.index_of.end()) return {};
  const std::size_t index = found->second;
  TrainingJob row;
  std::vector<store::MetricPoint> points;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(row, r.training_job(training_job_id));
    // A search that will not be asked again need not hear.
    if (row.told || live.job.stop_requested || !live.spec.follows_trials()) return {};
    const auto& definition = live.spec.definitions[live.facts.trials[index].definition];
    // A point's step counts from 0: a further attempt's first ones are no news.
    TUNESMITH_TRY(points, r.metric_points_from(training_job_id, definition.objective_metric,
                                               live.reported[index]));
    return {};
  }));
  TUNESMITH_TRY_VOID(take_reports(live, index, points));
  live.take_state(index, row);
  return {};
}

/// The reports enter the log before anything is done that follows from them.
Result<void> TuningJobs::take_reports(LiveTuningJob& live, std::size_t index,
                                      const std::vector<store::MetricPoint>& points) {
  std::vector<store::SearchReport> reports;
  for (const store::MetricPoint& point : points) {
    const std::int64_t resource = point.step + 1;
    if (resource <= live.reported[index] || !std::isfinite(point.value)) continue;
    TUNESMITH_TRY_VOID(live.report(index, resource, point.value));
    reports.push_back({live.log_length++, live.training_job_ids[index], resource, point.value});
  }
  if (reports.empty()) return {};
  return store_.write([&](store::Transaction& t) -> Result<void> {
    return t.add_search_reports(live.job.id, reports);
  });
}

Result<bool> TuningJobs::step(LiveTuningJob& live) {
  bool did = false;
  for (;;) {
    live.facts.stop_requested = live.job.stop_requested;
    const Decision decision = decide(live.facts, clock_.now());
    if (decision.end) {
      TUNESMITH_TRY_VOID(end(live, decision.end->status, decision.end->failure_reason));
      return true;
    }
    for (const std::size_t index : decision.stop) {
      const auto stopped =
          executor_.stop(live.training_job_ids[index], live.facts.trials[index].cut_short);
      // One that has ended meanwhile needs no stopping; any other failure is tried again.
      if (!stopped && stopped.error().kind != ErrorKind::kConflict) return stopped.error();
      live.facts.trials[index].state = TrialState::kStopping;
      did = true;
    }
    if (decision.launch == 0) return did;
    TUNESMITH_TRY_VOID(launch(live, decision.launch));
    did = true;
  }
}

Result<void> TuningJobs::launch(LiveTuningJob& live, std::int64_t count) {
  // Tells first, in the order of arrival; then the asks. Both enter the log in one transaction.
  std::vector<std::pair<std::int64_t, std::int64_t>> told;  // training job id, place in the log
  for (const std::size_t index : live.untold) {
    TUNESMITH_TRY_VOID(live.tell(index));
    told.emplace_back(live.training_job_ids[index], live.log_length++);
  }
  live.untold.clear();
  const Timestamp now = clock_.now();
  std::vector<TrainingJob> rows;
  const bool converges =
      live.spec.detect_convergence && !live.facts.converged && live.search->converged();
  if (converges) {
    live.facts.converged = true;
    if (live.facts.complete_on_convergence) count = 0;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const auto trial = static_cast<std::int64_t>(live.facts.trials.size() + rows.size()) + 1;
    auto suggested = live.search->suggest(trial);
    if (!suggested) {
      if (suggested.error().kind != ErrorKind::kLimitExceeded) return suggested.error();
      live.facts.space_exhausted = true;
      break;
    }
    TrainingJob row =
        training::new_training_job(live.job.region, trial_name(live.job, trial, 0), now);
    row.tuning_job_id = live.job.id;
    row.trial = trial;
    row.asked = live.log_length++;
    row.objective_status = "Pending";
    row.definition = suggested->definition;
    row.tuned = std::move(suggested->values);
    row.explanation = std::move(suggested->explanation);
    rows.push_back(std::move(row));
  }
  bool stop_requested = false;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(TuningJob job, t.tuning_job(live.job.id));
    stop_requested = job.stop_requested;
    if (stop_requested) return {};
    if (converges || job.not_improving != not_improving(live.facts)) {
      job.not_improving = not_improving(live.facts);
      if (converges) job.converged = now;
      TUNESMITH_TRY_VOID(t.update(job));
    }
    for (const auto& [id, place] : told) TUNESMITH_TRY_VOID(t.set_told(id, place));
    for (TrainingJob& row : rows) {
      for (int salt = 1;; ++salt) {
        auto id = t.insert(row);
        if (!id && id.error().kind == ErrorKind::kAlreadyExists && salt < 10) {
          row.name = trial_name(live.job, *row.trial, salt);
          continue;
        }
        if (!id) return id.error();
        row.id = *id;
        break;
      }
      TUNESMITH_TRY_VOID(
          t.put_tags(live.spec.trial_arn_prefix + to_lower(row.name), live.spec.trial_tags));
    }
    return {};
  }));
  if (stop_requested) {
    // Since this round began; who asked knows already that no further trial starts. The search will
    // not be asked again.
    live.job.stop_requested = true;
    return {};
  }
  for (const TrainingJob& row : rows) {
    live.add_trial(row);
    executor_.launch(row.id);
  }
  observer_(live.job.id);
  return {};
}

Result<void> TuningJobs::end(LiveTuningJob& live, JobStatus status,
                             const std::string& failure_reason) {
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(TuningJob job, t.tuning_job(live.job.id));
    // A stop that was accepted after the decision was made is kept, too.
    job.status = job.stop_requested ? JobStatus::kStopped : status;
    job.failure_reason = job.stop_requested ? "" : failure_reason;
    job.not_improving = not_improving(live.facts);
    job.modified = std::max(clock_.now(), job.modified);
    job.ended = job.modified;
    live.job = job;
    TUNESMITH_TRY_VOID(t.erase_search_log(job.id));
    return t.update(job);
  }));
  live.facts.ended = true;
  observer_(live.job.id);
  log::info("tuning job {} is {}", live.job.name, store::to_string(live.job.status));
  return {};
}

}  // namespace tunesmith::orchestration
