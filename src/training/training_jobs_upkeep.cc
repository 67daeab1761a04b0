// SPDX-License-Identifier: Apache-2.0
//
// TrainingJobs' own work, beside the requests of clients and runners: it launches what waits and
// looks after runners that died.
#include "base/log.h"
#include "training/job_folder.h"
#include "training/lifecycle.h"
#include "training/training_jobs.h"
#include "training/wait_reason.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::training {
namespace {

using store::TrainingJob;

/// A store that can't be read at the moment is no fault of a job's.
Error store_fault(const Error& error) {
  return error.kind == ErrorKind::kInternal ? Error(ErrorKind::kUnavailable, error.message) : error;
}

/// The last thing that a job's runner wrote of itself; empty when there is nothing.
std::string last_words(const JobFolder& folder) {
  const std::string log = read_file(folder.runner_log()).value_or("");
  const auto end = log.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const auto before = log.rfind('\n', end);
  return log.substr(before == std::string::npos ? 0 : before + 1, end - before);
}

/// What a runner removes at its acknowledged end, of one that did not live to.
void tidy(const JobFolder& folder, const std::vector<Artifact>& stored) {
  std::error_code ignored;
  std::filesystem::remove_all(folder.ml(), ignored);
  for (const auto& artifact : stored)
    std::filesystem::remove(folder.artifact(artifact.name), ignored);
}

}  // namespace

Result<void> TrainingJobs::recover() {
  std::vector<TrainingJob> jobs;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(jobs, r.live_training_jobs());
    return {};
  }));
  std::map<std::int64_t, int> deaths;
  deaths.swap(deaths_unclaimed_);
  for (const TrainingJob& job : jobs) {
    if (const auto before = deaths.find(job.id); before != deaths.end())
      deaths_unclaimed_.insert(*before);
    look_after(job);
  }
  next_look_ = clock_.now() + settings_.look_after;
  return {};
}

bool TrainingJobs::run_once() {
  std::set<std::int64_t> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  std::size_t without_room = 0;
  for (const std::int64_t id : waiting) {
    const auto launched = try_launch(id);
    if (launched && !*launched) {
      ++without_room;
      const std::lock_guard lock(mutex_);
      waiting_.insert(id);
    }
    if (launched) continue;
    log::warning("training job {}: {}", id, launched.error().message);
    // The next look after the living finds that it has no runner.
    if (launched.error().kind == ErrorKind::kUnavailable) continue;
    const bool users_fault = launched.error().kind == ErrorKind::kNotFound ||
                             launched.error().kind == ErrorKind::kInvalid ||
                             launched.error().kind == ErrorKind::kDenied;
    const auto ended = end_without_runner(
        id, (users_fault ? "ClientError: " : "InternalServerError: ") + launched.error().message);
    if (!ended) log::error("training job {}: {}", id, ended.error().message);
  }
  const Timestamp now = clock_.now();
  if (now >= next_look_ || now + settings_.look_after < next_look_) {  // the clock may be set back
    const auto looked = recover();
    if (!looked) log::error("looking after training jobs: {}", looked.error().message);
  }
  if (without_room > 0 && !short_of_room_) {
    log::warning("{} training jobs wait until the disk has more than its reserve", without_room);
  }
  short_of_room_ = without_room > 0;
  return waiting.size() > without_room;
}

Result<bool> TrainingJobs::try_launch(std::int64_t id) {
  TrainingJob job;
  const auto read = store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(job, r.training_job(id));
    return {};
  });
  if (!read) return store_fault(read.error());
  if (job.ended) return true;
  if (job.stop_requested && job.claimed_by.empty()) {
    TUNESMITH_TRY_VOID(end_without_runner(id, ""));
    return true;
  }
  const auto resolved = spec_of(job);
  if (!resolved) return store_fault(resolved.error());
  const auto wait = wait_end(resolved->spec, job.created);
  const Timestamp now = clock_.now();
  if (wait && now >= *wait) {
    TUNESMITH_TRY_VOID(end_without_runner(id, "", Ending::kMaxWaitTimeExceeded));
    return true;
  }
  if (!room_()) {
    explain_wait(store_, job, "Waiting until the disk has more free space than its reserve", now);
    return false;
  }
  TUNESMITH_TRY(JobSpec spec, job_spec(job, *resolved));
  if (wait) {
    const double left = static_cast<double>((*wait - now).count()) / 1000;
    spec.max_runtime_seconds = std::min(spec.max_runtime_seconds, left);
  }
  const auto launched = launcher_.launch({folder(id), std::move(spec)});
  // No process, file or descriptor can be had at the moment: the next look after the living tries
  // again.
  const auto lacks = [&](ErrorKind kind) { return !launched && launched.error().kind == kind; };
  if (lacks(ErrorKind::kUnavailable) || lacks(ErrorKind::kLimitExceeded)) {
    explain_wait(store_, job,
                 lacks(ErrorKind::kUnavailable)
                     ? "Waiting until the system can make another process or open another file"
                     : "Waiting until the disk has room",
                 now);
    deaths_unclaimed_.erase(id);  // nobody died
    return Error(ErrorKind::kUnavailable, launched.error().message);
  }
  // A runner that lives already is what we want.
  if (!launched && launched.error().kind != ErrorKind::kConflict) {
    return Error(ErrorKind::kInternal, launched.error().message);
  }
  return true;
}

void TrainingJobs::look_after(const TrainingJob& job) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.contains(job.id)) return;
  }
  const auto liveness = launcher_.probe(folder(job.id));
  if (!liveness) {
    log::error("training job {}: {}", job.name, liveness.error().message);
    return;
  }
  if (liveness->state == RunnerState::kRunning) {
    // The wish to stop was committed, but the server may have died before it was passed on.
    if (job.stop_requested) pass_stop_on(job);
    return;
  }
  Result<void> done;
  if (liveness->state == RunnerState::kFinished && liveness->finish &&
      liveness->finish->report.attempt == job.attempt) {
    // The runner died between its outcome file and our acknowledgement.
    Finish outcome = *liveness->finish;
    for (const auto& artifact : outcome.outcome.artifacts) {
      if (artifact.uploaded) continue;
      const auto to = artifact_destination(outcome.report.job_id, outcome.report.attempt,
                                           outcome.report.token, artifact.name);
      done = to ? artifacts_.check_put(to->uri, to->acting_role) : Result<void>(to.error());
      if (done)
        done = artifacts_.put_file(to->uri, JobFolder(folder(job.id)).artifact(artifact.name));
      if (!done) break;
    }
    const auto stored = done ? outcome.outcome.artifacts : std::vector<Artifact>();
    if (!done &&
        (done.error().kind == ErrorKind::kNotFound || done.error().kind == ErrorKind::kDenied)) {
      // The bucket, or what was to be stored in it, is gone, or the role may not store it: no retry
      // helps.
      outcome.outcome.status = training::JobStatus::kFailed;
      outcome.outcome.secondary_status = "Failed";
      outcome.outcome.failure_reason =
          "ClientError: the model could not be stored: " + done.error().message;
      done = {};
    }
    if (done) {
      const auto finished = finish(outcome);
      if (!finished) done = finished.error();
      if (finished) tidy(JobFolder(folder(job.id)), stored);
    }
  } else if (job.stop_requested) {
    done = end_without_runner(job.id, "");
  } else if (job.claimed_by.empty()) {
    done = launch_again(job);
  } else if (job.attempt >= max_attempts(job)) {
    done = end_without_runner(
        job.id, fmt::format("InternalServerError: the job's process died {} times", job.attempt));
  } else {
    log::warning("training job {}: attempt {} died without a result", job.name, job.attempt);
    const auto resolved = spec_of(job);
    const bool spot = resolved && resolved->spec.max_wait_seconds > 0;
    const bool goes_on = resolved && resolved->spec.algorithm == "xgboost" &&
                         !resolved->spec.checkpoint_s3_uri.empty();
    done = store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(TrainingJob row, t.training_job(job.id));
      if (row.ended || row.attempt != job.attempt) return {};
      begin_next_attempt(row, spot, clock_.now());
      // Unless the next attempt goes on from a checkpoint, the series starts anew: points that are
      // there already would win over the new ones.
      if (!goes_on) TUNESMITH_TRY_VOID(t.erase_metric_points(row.id));
      return t.update(row);
    });
    if (done) launch(job.id);
  }
  if (!done) log::error("training job {}: {}", job.name, done.error().message);
}

Result<void> TrainingJobs::launch_again(const TrainingJob& job) {
  // Nothing was begun, so nothing is repeated; but what never begins must not be tried for ever.
  constexpr int kMost = 20;
  int& deaths = deaths_unclaimed_[job.id];
  if (++deaths > kMost) {
    return end_without_runner(
        job.id, fmt::format("InternalServerError: the job's process ended {} times before it "
                            "began: {}",
                            kMost, last_words(JobFolder(folder(job.id)))));
  }
  launch(job.id);
  return {};
}

std::int64_t TrainingJobs::max_attempts(const TrainingJob& job) {
  const auto resolved = spec_of(job);
  return resolved && resolved->spec.max_attempts > 0 ? resolved->spec.max_attempts
                                                     : settings_.max_attempts;
}

Result<void> TrainingJobs::end_without_runner(std::int64_t id, const std::string& failure_reason,
                                              Ending ending) {
  TrainingJob job;
  auto written = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    JobEnd end;
    end.ending = job.stop_requested ? Ending::kStopped : ending;
    end.failure_reason = failure_reason;
    TUNESMITH_TRY_VOID(training::finish(job, end, clock_.now()));
    return t.update(job);
  });
  changed(job);  // as in finish()
  if (written) tidy(JobFolder(folder(id)), {});
  return written;
}

}  // namespace tunesmith::training
