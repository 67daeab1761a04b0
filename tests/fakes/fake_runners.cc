// SPDX-License-Identifier: Apache-2.0
#include "fakes/fake_runners.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::fakes {

using training::Answer;
using training::Finish;
using training::JobStatus;

namespace {

enum class Stage { kStarting, kClaiming, kTraining, kConcluding, kGone };
enum class Fate { kSucceeds, kFails, kOverruns, kHangs, kNoObjective };
enum class Death { kNone, kUnclaimed, kTraining, kBeforeOutcome, kAfterOutcome };

std::int64_t job_of(const std::filesystem::path& folder) {
  return parse_int(folder.filename().string()).value_or(0);
}

}  // namespace

struct FakeRunners::Runner {
  std::int64_t job = 0;
  training::JobSpec spec;
  training::ProcessIdentity identity;
  Fate fate = Fate::kSucceeds;
  Death death = Death::kNone;
  Stage stage = Stage::kStarting;
  bool claimed = false;         // and knows it
  bool stop_requested = false;  // and knows it
  bool signalled = false;       // SIGTERM while it waits for the server
  bool ending = false;          // its algorithm was told to stop
  std::int64_t start_ms = 0;
  std::int64_t measured = 0;  // points so far
  std::int64_t seq = 0;
  std::optional<double> objective;
  std::vector<training::MetricPoint> points;
  std::vector<training::Transition> transitions;
  std::optional<training::Report> in_flight;  // to be sent again as it is
  bool flush_waits = false;
  Millis pause{50};
  std::optional<Finish> finish;
};

FakeRunners::FakeRunners(VirtualTime& time, Chronicle& chronicle, std::uint64_t seed,
                         const RunnerOdds& odds, RunnerDoor& door,
                         std::function<void()> around_launch)
    : time_(time),
      chronicle_(chronicle),
      rng_(seed, 1),
      odds_(odds),
      door_(door),
      around_launch_(std::move(around_launch)) {}
FakeRunners::~FakeRunners() = default;

Result<void> FakeRunners::launch(const training::LaunchSpec& spec) {
  const std::int64_t job = job_of(spec.job_folder);
  if (spec.job.job_id != std::to_string(job))
    violated("job {} is launched in another's folder", job);
  if (living_.contains(job)) return Error(ErrorKind::kConflict, "a runner of this folder lives");
  around_launch_();
  JobHistory& history = histories_[job];
  if (roll(odds_.launch_fails)) {
    history.launch_failed = true;
    chronicle_.note("job {} can not be launched", job);
    return Error(ErrorKind::kInternal, "start: no more processes");
  }
  const AttemptHistory& attempt = history.attempts[spec.job.attempt];
  if (attempt.outcome) {
    violated("job {} attempt {}: its outcome is thrown away by a further launch", job,
             spec.job.attempt);
  }
  outcome_files_.erase(job);
  const auto runner = std::make_shared<Runner>();
  runner->job = job;
  runner->spec = spec.job;
  runner->identity = {"boot", ++last_pid_, 1};
  const double fate = rng_.uniform();
  double below = odds_.fails;
  if (fate < below) {
    runner->fate = Fate::kFails;
  } else if (fate < (below += odds_.overruns)) {
    runner->fate = Fate::kOverruns;
  } else if (fate < (below += odds_.hangs)) {
    runner->fate = Fate::kHangs;
  } else if (fate < (below += odds_.no_objective)) {
    runner->fate = Fate::kNoObjective;
  }
  if (roll(odds_.dies)) runner->death = static_cast<Death>(1 + rng_.below(4));
  living_[job] = runner;
  ++tally_.launched;
  chronicle_.note("job {} attempt {}: runner {} launched", job, spec.job.attempt, last_pid_);
  later(runner, between(1, 60), &FakeRunners::begin);
  around_launch_();
  return {};
}

Result<training::Liveness> FakeRunners::probe(const std::filesystem::path& job_folder) {
  const std::int64_t job = job_of(job_folder);
  if (roll(odds_.probe_fails)) return Error(ErrorKind::kInternal, "open lock: input/output error");
  training::Liveness liveness;
  if (const auto found = outcome_files_.find(job); found != outcome_files_.end()) {
    liveness.state = training::RunnerState::kFinished;
    liveness.finish = found->second;
  }
  if (living_.contains(job)) liveness.state = training::RunnerState::kRunning;
  return liveness;
}

Result<void> FakeRunners::stop(const std::filesystem::path& job_folder) {
  const auto found = living_.find(job_of(job_folder));
  if (found == living_.end() || found->second->stage == Stage::kStarting) {
    return Error(ErrorKind::kNotFound, "no runner of this folder");
  }
  const Ref& runner = found->second;
  chronicle_.note("job {}: SIGTERM", runner->job);
  if (runner->stage == Stage::kTraining) {
    later(runner, between(0, 3), &FakeRunners::hear_stop);
  } else {
    runner->signalled = true;
  }
  return {};
}

Result<void> FakeRunners::kill(const std::filesystem::path& job_folder) {
  const auto found = living_.find(job_of(job_folder));
  if (found == living_.end()) return Error(ErrorKind::kNotFound, "no runner of this folder");
  gone(Ref(found->second), "killed");
  return {};
}

void FakeRunners::kill_all() {
  while (!living_.empty()) {
    ++tally_.deaths;
    gone(Ref(living_.begin()->second), "lost its power");
  }
}

std::vector<std::int64_t> FakeRunners::training() const {
  std::vector<std::int64_t> jobs;
  for (const auto& [job, runner] : living_) {
    if (runner->stage == Stage::kTraining) jobs.push_back(job);
  }
  return jobs;
}

template <class Request>
Result<Answer> FakeRunners::send(Result<Answer> (RunnerDoor::*call)(const Request&),
                                 const Request& request) {
  ++tally_.requests;
  const auto deliver_later = [&] {
    time_.after(between(1, 8000), [this, call, request] {
      chronicle_.note("a late request arrives");
      static_cast<void>((door_.*call)(request));
    });
  };
  if (roll(odds_.lost)) {
    ++tally_.lost;
    return Error(ErrorKind::kUnavailable, "connection lost");
  }
  if (roll(odds_.delayed)) {
    deliver_later();
    ++tally_.lost;
    return Error(ErrorKind::kUnavailable, "no answer in time");
  }
  auto answer = (door_.*call)(request);
  if (roll(odds_.repeated)) {
    deliver_later();
    ++tally_.repeated;
  }
  if (roll(odds_.lost)) {
    ++tally_.lost;
    return Error(ErrorKind::kUnavailable, "connection lost");
  }
  if (!answer && answer.error().kind == ErrorKind::kNotFound) {
    return Error(ErrorKind::kConflict, answer.error().message);
  }
  if (!answer &&
      (answer.error().kind == ErrorKind::kDenied || answer.error().kind == ErrorKind::kInvalid)) {
    violated("a right request is refused: {}", answer.error().message);
  }
  return answer;
}

void FakeRunners::later(const Ref& runner, Millis delay, void (FakeRunners::*step)(const Ref&)) {
  time_.after(delay, [this, runner, step] {
    if (runner->stage != Stage::kGone) (this->*step)(runner);
  });
}

void FakeRunners::back_off(const Ref& runner, void (FakeRunners::*step)(const Ref&)) {
  later(runner, runner->pause, step);
  runner->pause = std::min(runner->pause * 2, Millis(1000));
}

void FakeRunners::begin(const Ref& runner) {
  runner->stage = Stage::kClaiming;
  if (runner->death == Death::kUnclaimed) {
    ++tally_.deaths;
    return gone(runner, "died before its claim");
  }
  claim(runner);
}

void FakeRunners::claim(const Ref& runner) {
  if (runner->signalled) return gone(runner, "ended without a claim");
  const auto answer = send(&RunnerDoor::claim, {runner->spec.job_id, runner->spec.attempt,
                                                runner->spec.token, runner->identity});
  if (!answer) {
    if (answer.error().kind == ErrorKind::kConflict) return gone(runner, "is fenced off at once");
    return back_off(runner, &FakeRunners::claim);
  }
  runner->claimed = true;
  runner->pause = Millis(50);
  chronicle_.note("job {} attempt {}: claimed{}", runner->job, runner->spec.attempt,
                  answer->stop ? ", to stop" : "");
  if (answer->stop) {
    runner->stop_requested = true;
    return conclude(runner);
  }
  train(runner);
}

void FakeRunners::train(const Ref& runner) {
  JobHistory& history = histories_[runner->job];
  for (const auto& [number, attempt] : history.attempts) {
    if (attempt.outcome)
      violated("job {} is trained again, attempt {} had an outcome", runner->job, number);
    if (attempt.trainings > 0) {
      ++tally_.retrained;
      if (number == runner->spec.attempt)
        violated("job {} attempt {} is trained twice", runner->job, number);
    }
  }
  ++history.attempts[runner->spec.attempt].trainings;
  runner->stage = Stage::kTraining;
  runner->start_ms = wall();
  runner->transitions.push_back({"Training", runner->start_ms});
  runner->flush_waits = true;
  later(runner, between(0, 200), &FakeRunners::flush);
  if (runner->fate == Fate::kHangs) {
    hang_observer_(runner->job);
  } else {
    later(runner, between(20, 4000), &FakeRunners::end_training);
  }
  const std::uint64_t points = rng_.below(6);
  for (std::uint64_t i = 0; i < points; ++i) later(runner, between(1, 3000), &FakeRunners::measure);
  if (runner->signalled) hear_stop(runner);
}

void FakeRunners::measure(const Ref& runner) {
  if (runner->stage != Stage::kTraining) return;
  // Few different values, so that there are equals among the best.
  const double value = static_cast<double>(rng_.below(12)) / 12;
  runner->points.push_back({"validation:auc", value, wall(), runner->measured++});
  if (runner->fate != Fate::kNoObjective) runner->objective = value;
  if (!runner->flush_waits) {
    runner->flush_waits = true;
    later(runner, between(1, 400), &FakeRunners::flush);
  }
}

void FakeRunners::flush(const Ref& runner) {
  runner->flush_waits = false;
  if (runner->stage != Stage::kTraining) return;
  if (!runner->in_flight) {
    if (runner->points.empty() && runner->transitions.empty()) return;
    runner->in_flight = {runner->spec.job_id, runner->spec.attempt, runner->spec.token,
                         ++runner->seq,       runner->points,       runner->transitions};
    runner->points.clear();
    runner->transitions.clear();
  }
  const training::Report report = *runner->in_flight;
  const auto answer = send(&RunnerDoor::report, report);
  if (answer) {
    auto& acknowledged = histories_[runner->job].attempts[runner->spec.attempt].acknowledged;
    acknowledged.insert(acknowledged.end(), report.metrics.begin(), report.metrics.end());
  }
  if (runner->stage != Stage::kTraining) return;  // it ended while this was on its way
  if (answer) {
    runner->in_flight.reset();
    runner->pause = Millis(50);
    if (answer->stop) hear_stop(runner);
  } else if (answer.error().kind == ErrorKind::kConflict) {
    return fenced(runner, "report");
  } else if (!odds_.same_number) {
    // It may have been applied or not: its contents go out again under the next number.
    runner->points.insert(runner->points.begin(), report.metrics.begin(), report.metrics.end());
    runner->transitions.insert(runner->transitions.begin(), report.transitions.begin(),
                               report.transitions.end());
    runner->in_flight.reset();
  }
  const bool more = runner->in_flight || !runner->points.empty() || !runner->transitions.empty();
  if (more && !runner->flush_waits) {
    runner->flush_waits = true;
    back_off(runner, &FakeRunners::flush);
  }
}

void FakeRunners::hear_stop(const Ref& runner) {
  if (runner->stage != Stage::kTraining || runner->ending) return;
  runner->stop_requested = runner->ending = true;
  runner->transitions.push_back({"Stopping", wall()});
  later(runner, between(0, 400), &FakeRunners::end_training);
}

void FakeRunners::end_training(const Ref& runner) {
  if (runner->stage != Stage::kTraining) return;
  if (runner->death == Death::kTraining) {
    ++tally_.deaths;
    return gone(runner, "died while it trained");
  }
  if (runner->fate == Fate::kOverruns && !runner->ending) {
    runner->ending = true;
    runner->transitions.push_back({"Stopping", wall()});
    if (!runner->flush_waits) flush(runner);
    later(runner, between(0, 400), &FakeRunners::end_training);
    return;
  }
  conclude(runner);
}

void FakeRunners::conclude(const Ref& runner) {
  const bool trained = runner->stage == Stage::kTraining;
  runner->stage = Stage::kConcluding;
  if (runner->death == Death::kBeforeOutcome) {
    ++tally_.deaths;
    return gone(runner, "died before its outcome was written");
  }
  Finish finish;
  training::Report& report = finish.report;
  report = {runner->spec.job_id, runner->spec.attempt, runner->spec.token,
            ++runner->seq,       runner->points,       runner->transitions};
  if (runner->in_flight) {  // as Reporter::finish() takes back what was in flight
    const training::Report& lost = *runner->in_flight;
    report.metrics.insert(report.metrics.begin(), lost.metrics.begin(), lost.metrics.end());
    report.transitions.insert(report.transitions.begin(), lost.transitions.begin(),
                              lost.transitions.end());
  }
  training::Outcome& outcome = finish.outcome;
  if (trained) {
    outcome.start_ms = runner->start_ms;
    outcome.end_ms = wall();
    report.transitions.push_back({"Uploading", wall()});
  }
  if (runner->stop_requested || runner->fate == Fate::kOverruns || runner->fate == Fate::kHangs) {
    outcome.status = JobStatus::kStopped;
    outcome.secondary_status = runner->stop_requested ? "Stopped" : "MaxRuntimeExceeded";
  } else if (runner->fate == Fate::kFails) {
    outcome.status = JobStatus::kFailed;
    outcome.secondary_status = "Failed";
    outcome.failure_reason = "AlgorithmError: it was to fail";
  } else {
    outcome.status = JobStatus::kCompleted;
    outcome.secondary_status = "Completed";
    if (runner->fate == Fate::kSucceeds && !runner->objective) {
      runner->objective = static_cast<double>(rng_.below(12)) / 12;
    }
  }
  if (runner->objective) {
    outcome.final_metrics.push_back({"validation:auc", *runner->objective, wall(), 0});
  }
  if (outcome.status == JobStatus::kCompleted) {
    training::Artifact model{"model.tar.gz", 1, false};
    // One try before the outcome; later ones come after it.
    if (!roll(odds_.lost)) {
      const auto uploaded = door_.upload(report, model.name);
      if (!uploaded && uploaded.error().kind == ErrorKind::kConflict) {
        return fenced(runner, "upload");
      }
      model.uploaded = uploaded.has_value();
    }
    outcome.artifacts.push_back(model);
  }
  if (runner->stage == Stage::kGone) return;
  histories_[runner->job].attempts[runner->spec.attempt].outcome = finish;
  outcome_files_[runner->job] = finish;
  chronicle_.note("job {} attempt {}: outcome {} is written", runner->job, runner->spec.attempt,
                  outcome.secondary_status);
  runner->finish = std::move(finish);
  runner->pause = Millis(50);
  if (runner->death == Death::kAfterOutcome) {
    ++tally_.deaths;
    return gone(runner, "died before its outcome was taken in");
  }
  later(runner, between(0, 5), &FakeRunners::deliver);
}

void FakeRunners::deliver(const Ref& runner) {
  for (training::Artifact& artifact : runner->finish->outcome.artifacts) {
    if (artifact.uploaded) continue;
    const auto uploaded = door_.upload(runner->finish->report, artifact.name);
    if (!uploaded) {
      if (uploaded.error().kind == ErrorKind::kConflict) return fenced(runner, "upload");
      if (runner->signalled) return gone(runner, "left");
      return back_off(runner, &FakeRunners::deliver);
    }
    artifact.uploaded = true;
  }
  const auto answer = send(&RunnerDoor::finish, *runner->finish);
  if (answer) return gone(runner, "is done");
  if (answer.error().kind == ErrorKind::kConflict) return fenced(runner, "finish");
  if (runner->signalled) return gone(runner, "left");
  back_off(runner, &FakeRunners::deliver);
}

void FakeRunners::fenced(const Ref& runner, std::string_view where) {
  violated("job {} attempt {}: its living runner, which holds it, is fenced off at its {}",
           runner->job, runner->spec.attempt, where);
}

void FakeRunners::gone(const Ref& runner, std::string_view how) {
  chronicle_.note("job {} attempt {}: runner {} {}", runner->job, runner->spec.attempt,
                  runner->identity.pid, how);
  runner->stage = Stage::kGone;
  living_.erase(runner->job);
}

}  // namespace tunesmith::fakes
