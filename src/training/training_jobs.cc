// SPDX-License-Identifier: Apache-2.0
#include "training/training_jobs.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/strings.h"
#include "training/host_metrics.h"
#include "training/job_folder.h"
#include "training/lifecycle.h"
#include "training/wait_reason.h"
#include "training/warm_pool.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::training {
namespace {

using store::TrainingJob;

Result<std::int64_t> parse_id(const std::string& job_id) {
  const auto id = parse_int(job_id);
  if (!id || *id <= 0) return Error(ErrorKind::kInvalid, "no job id: " + job_id);
  return *id;
}

std::string print_identity(const ProcessIdentity& identity) {
  return fmt::format("{}/{}/{}", identity.boot_id, identity.pid, identity.start_ticks);
}

Answer answer_for(const TrainingJob& job) {
  return {job.stop_requested, job.stop_requested ? "StopTrainingJob" : ""};
}

/// Writes what a report brings into the row and the metric series; false when it was taken in
/// before.
Result<bool> apply_report(store::Transaction& t, TrainingJob& job, const Report& report) {
  if (report.seq <= job.last_report) return false;
  job.last_report = report.seq;
  std::vector<store::MetricPoint> points;
  points.reserve(report.metrics.size());
  for (const auto& m : report.metrics) {
    points.push_back({m.name, m.step, from_millis(m.timestamp_ms), m.value});
  }
  TUNESMITH_TRY_VOID(t.add_metric_points(job.id, points));
  for (const auto& transition : report.transitions) {
    const Timestamp when = from_millis(transition.timestamp_ms);
    if (transition.status == "Training" && !job.started) job.started = std::max(when, job.created);
    enter_reported(job, transition.status, when);
  }
  return true;
}

JobEnd end_of(const Outcome& outcome, const TrainingJob& job, const TrainingSpec& spec) {
  JobEnd end;
  switch (outcome.status) {
    case JobStatus::kCompleted:
      end.ending = Ending::kCompleted;
      break;
    case JobStatus::kFailed:
      end.ending = Ending::kFailed;
      break;
    case JobStatus::kStopped:
      if (outcome.secondary_status != "MaxRuntimeExceeded") {
        end.ending = Ending::kStopped;
      } else if (outcome.end_ms - outcome.start_ms >= spec.max_runtime_seconds * 1000) {
        end.ending = Ending::kMaxRuntimeExceeded;
      } else {
        end.ending = wait_end(spec, job.created) ? Ending::kMaxWaitTimeExceeded
                                                 : Ending::kMaxRuntimeExceeded;
      }
      break;
  }
  end.failure_reason = outcome.failure_reason;
  if (outcome.start_ms != 0) end.training_started = from_millis(outcome.start_ms);
  if (outcome.end_ms != 0) end.training_ended = from_millis(outcome.end_ms);
  for (const auto& m : outcome.final_metrics) {
    end.final_metrics.push_back({m.name, m.value, from_millis(m.timestamp_ms)});
  }
  end.objective_metric = spec.objective_metric;
  return end;
}

}  // namespace

TrainingJobs::TrainingJobs(store::Store& store, const Clock& clock, Wakeup& wakeup,
                           Launcher& launcher, InputSource& inputs, ArtifactStore& artifacts,
                           TrainingSettings settings, TrialSpecResolver resolver)
    : store_(store),
      clock_(clock),
      wakeup_(wakeup),
      launcher_(launcher),
      inputs_(inputs),
      artifacts_(artifacts),
      settings_(std::move(settings)),
      resolver_(std::move(resolver)) {}

Result<void> TrainingJobs::create(TrainingJob job, const std::string& arn,
                                  const std::vector<store::Tag>& tags) {
  std::int64_t id = 0;
  TUNESMITH_TRY(const TrainingSpec spec, parse_training_spec(job.spec));
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(id, t.insert(job));
    TUNESMITH_TRY_VOID(take_warm_pool(t, job, spec));
    if (spec.keep_alive_seconds > 0) {
      TUNESMITH_TRY_VOID(
          t.put_warm_pool({id, job.region, spec.pool_signature, spec.keep_alive_seconds, "", {}}));
    }
    return t.put_tags(arn, tags);
  }));
  launch(id);
  return {};
}

Result<void> TrainingJobs::keep_alive(const std::string& region, const std::string& name,
                                      std::int64_t seconds) {
  return store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const TrainingJob job, t.training_job(region, name));
    TUNESMITH_TRY(const TrainingSpec spec, parse_training_spec(job.spec));
    auto pool = t.warm_pool(job.id);
    if (!pool && pool.error().kind != ErrorKind::kNotFound) return pool.error();
    if (!pool) pool = store::WarmPool{job.id, region, spec.pool_signature, 0, "", {}};
    const PoolStatus status = view(*pool, job, clock_.now()).status;
    if (status != PoolStatus::kInUse && status != PoolStatus::kAvailable) {
      return Error(ErrorKind::kConflict,
                   fmt::format("training job {} has no warm pool that could be kept", name));
    }
    pool->keep_alive_seconds = seconds;
    return t.put_warm_pool(*pool);
  });
}

void TrainingJobs::launch(std::int64_t id) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.insert(id);
  }
  wakeup_.ring();
}

Result<void> TrainingJobs::request_stop(std::int64_t id, bool early) {
  TrainingJob job;
  bool news = false;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    if (job.ended) {
      return Error(ErrorKind::kConflict, fmt::format("stop training job {}: it is {} already",
                                                     job.name, store::to_string(job.status)));
    }
    news = training::request_stop(job, clock_.now(), early);
    return news ? t.update(job) : Result<void>{};
  }));
  if (!news) return {};
  pass_stop_on(job);
  changed(job);
  return {};
}

Result<void> TrainingJobs::stop_trial(std::int64_t id, bool early) {
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(job, r.training_job(id));
    return {};
  }));
  const auto left = launcher_.probe(folder(id));
  const bool at_its_end = left && left->finish && left->finish->report.attempt == job.attempt;
  if (!at_its_end) return request_stop(id, early);
  // A runner that can't deliver now, the disk being full, leaves it to us.
  pass_stop_on(job);
  return {};
}

void TrainingJobs::pass_stop_on(const TrainingJob& job) {
  // A runner that is not there yet learns it from the answer to its claim.
  const auto told = launcher_.stop(folder(job.id));
  if (!told && told.error().kind != ErrorKind::kNotFound) {
    log::warning("training job {}: {}", job.name, told.error().message);
  }
}

Result<void> TrainingJobs::erase(const std::string& region, const std::string& name,
                                 const std::string& arn) {
  std::int64_t id = 0;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(const TrainingJob job, t.training_job(region, name));
    if (!job.ended) {
      return Error(ErrorKind::kConflict, fmt::format("delete training job {}: it is still {}", name,
                                                     store::to_string(job.status)));
    }
    if (job.tuning_job_id) {
      TUNESMITH_TRY(const store::TuningJob tuning, t.tuning_job(*job.tuning_job_id));
      if (!tuning.ended) {
        return Error(
            ErrorKind::kConflict,
            fmt::format("delete training job {}: its tuning job {} still runs", name, tuning.name));
      }
    }
    id = job.id;
    TUNESMITH_TRY_VOID(t.erase_all_tags(arn));
    return t.erase_training_job(id);
  }));
  std::error_code
      ignored;  // the folder is only a cache of what the row said; an orphan harms nobody
  std::filesystem::remove_all(folder(id), ignored);
  return {};
}

Result<Answer> TrainingJobs::claim(const Claim& claim) {
  TUNESMITH_TRY_VOID(check_token(claim.job_id, claim.attempt, claim.token));
  TUNESMITH_TRY(const std::int64_t id, parse_id(claim.job_id));
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    TUNESMITH_TRY_VOID(
        training::claim(job, claim.attempt, print_identity(claim.runner), clock_.now()));
    return t.update(job);
  }));
  if (job.tuning_job_id) progress_observer_(*job.tuning_job_id, job.id);
  return answer_for(job);
}

Result<Answer> TrainingJobs::report(const Report& report) {
  TUNESMITH_TRY_VOID(check_token(report.job_id, report.attempt, report.token));
  TUNESMITH_TRY(const std::int64_t id, parse_id(report.job_id));
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    TUNESMITH_TRY_VOID(check_attempt(job, report.attempt));
    TUNESMITH_TRY(const bool news, apply_report(t, job, report));
    return news ? t.update(job) : Result<void>{};
  }));
  if (job.tuning_job_id) progress_observer_(*job.tuning_job_id, job.id);
  return answer_for(job);
}

Result<Answer> TrainingJobs::finish(const Finish& finish) {
  const Report& report = finish.report;
  TUNESMITH_TRY_VOID(check_token(report.job_id, report.attempt, report.token));
  TUNESMITH_TRY(const std::int64_t id, parse_id(report.job_id));
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(job, r.training_job(id));
    return {};
  }));
  TUNESMITH_TRY(const ResolvedSpec resolved, spec_of(job));
  const auto used = host_metrics(finish.outcome, settings_.jobs_folder);
  const auto written = store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    // The answer to an earlier finish was lost: it is acknowledged again, and changes nothing.
    if (job.ended && job.attempt == report.attempt) return {};
    TUNESMITH_TRY_VOID(check_attempt(job, report.attempt));
    TUNESMITH_TRY_VOID(apply_report(t, job, report));
    TUNESMITH_TRY_VOID(t.add_metric_points(id, used));
    TUNESMITH_TRY_VOID(
        training::finish(job, end_of(finish.outcome, job, resolved.spec), clock_.now()));
    return t.update(job);
  });
  // Also after a failure, which may have hit the answer to the commit alone, and after a
  // repetition, which may come of that: the row tells.
  changed(job);
  if (!written) return written.error();
  return Answer{};
}

Result<ResolvedSpec> TrainingJobs::attempt_spec(const std::string& job_id, std::int64_t attempt,
                                                const std::string& token, std::string& job_name) {
  TUNESMITH_TRY_VOID(check_token(job_id, attempt, token));
  TUNESMITH_TRY(const std::int64_t id, parse_id(job_id));
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(job, r.training_job(id));
    return check_attempt(job, attempt);
  }));
  job_name = job.name;
  return spec_of(job);
}

Result<Destination> TrainingJobs::artifact_destination(const std::string& job_id,
                                                       std::int64_t attempt,
                                                       const std::string& token,
                                                       const std::string& artifact_name) {
  if (artifact_name.find('/') != std::string::npos || !is_safe_relative_path(artifact_name)) {
    return Error(ErrorKind::kInvalid, "no artifact name: " + artifact_name);
  }
  std::string job;
  TUNESMITH_TRY(const ResolvedSpec resolved, attempt_spec(job_id, attempt, token, job));
  return Destination{output_uri(resolved.spec, job) + "/" + artifact_name,
                     resolved.spec.acting_role};
}

Result<Destination> TrainingJobs::checkpoint_destination(const std::string& job_id,
                                                         std::int64_t attempt,
                                                         const std::string& token,
                                                         const std::string& name) {
  std::string job;
  TUNESMITH_TRY(const ResolvedSpec resolved, attempt_spec(job_id, attempt, token, job));
  if (resolved.spec.checkpoint_s3_uri.empty() || !is_safe_relative_path(name)) {
    return Error(ErrorKind::kInvalid, "no checkpoint of job " + job_id + ": " + name);
  }
  return Destination{uri_below(resolved.spec.checkpoint_s3_uri, name), resolved.spec.acting_role};
}

Result<void> TrainingJobs::give_up(const std::string& job_id, std::int64_t attempt,
                                   const std::string& reason) {
  TUNESMITH_TRY(const std::int64_t id, parse_id(job_id));
  TrainingJob job;
  TUNESMITH_TRY_VOID(store_.write([&](store::Transaction& t) -> Result<void> {
    TUNESMITH_TRY(job, t.training_job(id));
    TUNESMITH_TRY_VOID(check_attempt(job, attempt));
    JobEnd end;
    end.ending = Ending::kFailed;
    end.failure_reason = reason;
    end.training_started = job.started;
    TUNESMITH_TRY_VOID(training::finish(job, end, clock_.now()));
    return t.update(job);
  }));
  changed(job);
  return {};
}

std::filesystem::path TrainingJobs::folder(std::int64_t id) const {
  return settings_.jobs_folder / std::to_string(id);
}

std::string TrainingJobs::token(const std::string& job_id, std::int64_t attempt) const {
  return to_hex(hmac_sha256(settings_.token_key, job_id + "/" + std::to_string(attempt)));
}

Result<void> TrainingJobs::check_token(const std::string& job_id, std::int64_t attempt,
                                       const std::string& given) const {
  if (constant_time_equal(token(job_id, attempt), given)) return {};
  return Error(ErrorKind::kDenied, "job " + job_id + ": wrong token");
}

Result<ResolvedSpec> TrainingJobs::spec_of(const TrainingJob& job) {
  if (!job.tuning_job_id || !job.spec.empty()) {
    TUNESMITH_TRY(TrainingSpec spec, parse_training_spec(job.spec));
    return ResolvedSpec{std::move(spec), 1};
  }
  store::TuningJob tuning;
  TUNESMITH_TRY_VOID(store_.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(tuning, r.tuning_job(*job.tuning_job_id));
    return {};
  }));
  return resolver_(tuning, job);
}

void TrainingJobs::changed(const TrainingJob& job) {
  if (job.tuning_job_id) observer_(*job.tuning_job_id, job.id);
}

}  // namespace tunesmith::training
