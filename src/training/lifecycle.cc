// SPDX-License-Identifier: Apache-2.0
#include "training/lifecycle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace tunesmith::training {
namespace {

using store::JobStatus;
using store::TrainingJob;

// What SageMaker says beside each secondary status.
std::string_view message_of(std::string_view secondary_status) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kMessages = {{
      {"Starting", "Preparing the instances for training"},
      {"Downloading", "Downloading input data"},
      {"Training", "Training image download completed. Training in progress."},
      {"Uploading", "Uploading generated training model"},
      {"Stopping", "Stopping the training job"},
      {"Completed", "Training job completed"},
      {"Failed", "Training job failed"},
      {"Stopped", "Training job stopped"},
      {"Interrupted", "Training job was interrupted; it is started again"},
      {"MaxWaitTimeExceeded", "Training job exceeded MaxWaitTimeInSeconds provided"},
      {"MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided"},
  }};
  for (const auto& [status, message] : kMessages) {
    if (status == secondary_status) return message;
  }
  return "";
}

constexpr std::size_t kMaxFailureReason = 1024;

/// Whether the current attempt has been through that status.
bool has_passed(const TrainingJob& job, std::string_view secondary_status) {
  for (auto t = job.transitions.rbegin(); t != job.transitions.rend() && t->status != "Starting";
       ++t) {
    if (t->status == secondary_status) return true;
  }
  return false;
}

std::string cut(const std::string& text) {
  if (text.size() <= kMaxFailureReason) return text;
  std::size_t end = kMaxFailureReason;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
    --end;  // whole characters
  return text.substr(0, end);
}

/// A job that was told to stop before anybody reported that it trains: it did, if it began before.
void enter_training_late(TrainingJob& job, Timestamp started) {
  if (!job.stop_requested || has_passed(job, "Training")) return;
  const auto stopping =
      std::find_if(job.transitions.begin(), job.transitions.end(),
                   [](const store::Transition& t) { return t.status == "Stopping"; });
  if (stopping == job.transitions.begin() || stopping == job.transitions.end()) return;
  const auto before = std::prev(stopping);
  started = std::max(started, before->start);
  if (started >= stopping->start) return;
  before->end = started;
  job.transitions.insert(
      stopping, {"Training", started, stopping->start, std::string(message_of("Training"))});
}

}  // namespace

TrainingJob new_training_job(std::string region, std::string name, Timestamp now) {
  TrainingJob job;
  job.region = std::move(region);
  job.name = std::move(name);
  job.created = job.modified = now;
  job.status = JobStatus::kInProgress;
  enter(job, "Starting", now);
  return job;
}

void enter(TrainingJob& job, std::string_view secondary_status, Timestamp now) {
  job.modified = std::max(job.modified, now);
  if (job.secondary_status == secondary_status) return;
  if (!job.transitions.empty()) {
    // Clocks may step back: a transition never ends before it began.
    now = std::max(now, job.transitions.back().start);
    job.transitions.back().end = now;
  }
  job.secondary_status = secondary_status;
  job.transitions.push_back({std::string(secondary_status), now, std::nullopt,
                             std::string(message_of(secondary_status))});
}

void enter_reported(TrainingJob& job, std::string_view secondary_status, Timestamp when) {
  if (!job.stop_requested && !has_passed(job, secondary_status)) {
    enter(job, secondary_status, when);
  }
}

Result<void> claim(TrainingJob& job, std::int64_t attempt, const std::string& runner,
                   Timestamp now) {
  if (job.ended) return Error(ErrorKind::kConflict, "claim " + job.name + ": the job has ended");
  if (job.attempt != attempt) {
    return Error(ErrorKind::kConflict, "claim " + job.name + ": attempt " +
                                           std::to_string(attempt) + " was replaced by " +
                                           std::to_string(job.attempt));
  }
  if (!job.claimed_by.empty() && job.claimed_by != runner) {
    return Error(ErrorKind::kConflict, "claim " + job.name + ": held by " + job.claimed_by);
  }
  if (job.claimed_by.empty() && job.status == JobStatus::kInProgress)
    enter(job, "Downloading", now);
  job.claimed_by = runner;
  return {};
}

Result<void> check_attempt(const TrainingJob& job, std::int64_t attempt) {
  if (job.ended)
    return Error(ErrorKind::kConflict, "report on " + job.name + ": the job has ended");
  if (job.attempt != attempt || job.claimed_by.empty()) {
    return Error(ErrorKind::kConflict, "report on " + job.name + ": attempt " +
                                           std::to_string(attempt) + " does not hold it");
  }
  return {};
}

void begin_next_attempt(TrainingJob& job, bool spot, Timestamp now) {
  ++job.attempt;
  job.claimed_by.clear();
  job.last_report = 0;
  job.final_metrics.clear();
  if (job.status != JobStatus::kInProgress) return;
  if (spot) enter(job, "Interrupted", now);
  enter(job, "Starting", now);
}

bool request_stop(TrainingJob& job, Timestamp now, bool early) {
  if (job.ended || job.stop_requested) return false;
  job.stop_requested = true;
  job.stopped_early = early;
  job.status = JobStatus::kStopping;
  enter(job, "Stopping", now);
  return true;
}

Result<void> finish(TrainingJob& job, const JobEnd& end, Timestamp now) {
  if (job.ended) return Error(ErrorKind::kConflict, "finish " + job.name + ": the job has ended");
  if (end.training_started) {
    job.started = std::max(*end.training_started, job.created);
    // Reports may have told this already; they are not always there.
    enter_reported(job, "Training", *job.started);
    enter_training_late(job, *job.started);
    if (end.training_ended && end.ending != Ending::kFailed) {
      enter_reported(job, "Uploading", *end.training_ended);
    }
  }
  // Who was told that the job is stopping must not find it completed: it stops with all its output.
  const bool stopped_at_the_end = job.stop_requested && end.ending == Ending::kCompleted;
  switch (stopped_at_the_end ? Ending::kStopped : end.ending) {
    case Ending::kCompleted:
      job.status = JobStatus::kCompleted;
      enter(job, "Completed", now);
      break;
    case Ending::kFailed:
      job.status = JobStatus::kFailed;
      job.failure_reason = cut(end.failure_reason);
      enter(job, "Failed", now);
      job.transitions.back().message += job.failure_reason.empty() ? "" : ": " + job.failure_reason;
      break;
    case Ending::kStopped:
      job.status = JobStatus::kStopped;
      enter(job, "Stopped", now);
      break;
    case Ending::kMaxRuntimeExceeded:
      job.status = JobStatus::kStopped;
      enter(job, "MaxRuntimeExceeded", now);
      break;
    case Ending::kMaxWaitTimeExceeded:
      job.status = JobStatus::kStopped;
      enter(job, "MaxWaitTimeExceeded", now);
      break;
  }
  job.ended = std::max({now, job.transitions.back().start, job.started.value_or(now)});
  job.transitions.back().end = job.ended;
  job.final_metrics = end.final_metrics;
  if (job.tuning_job_id) {
    job.objective_status = "Failed";
    for (const auto& metric : end.final_metrics) {
      if (metric.name != end.objective_metric || !std::isfinite(metric.value)) continue;
      if (end.ending == Ending::kFailed) continue;
      job.objective = metric.value;
      job.objective_status = "Succeeded";
    }
  }
  return {};
}

}  // namespace tunesmith::training
