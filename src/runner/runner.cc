// SPDX-License-Identifier: Apache-2.0
#include "runner/runner.h"

#include "base/strings.h"
#include "runner/algorithm.h"
#include "runner/checkpoints.h"
#include "runner/delivery.h"
#include "runner/diagnostics.h"
#include "runner/host.h"
#include "runner/ml_folder.h"
#include "runner/outcome.h"
#include "runner/output.h"
#include "runner/package.h"
#include "runner/patience.h"
#include "runner/reporter.h"
#include "runner/server_link.h"
#include "runner/usage.h"
#include "runner/usage_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tunesmith::runner {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using training::JobFolder;
using training::JobSpec;
using training::MetricPoint;

// After what there was has been read, the output is left alone for so long: an algorithm that
// prints a line every few milliseconds would otherwise be interrupted by this process for each, on
// the same cores.
constexpr auto kReadPause = 50ms;

Steady::time_point after(double seconds) {
  return Steady::now() +
         std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
}

class Run {
 public:
  Run(const JobFolder& folder, JobSpec job, FileDescriptor signals)
      : folder_(folder),
        job_(std::move(job)),
        signals_(std::move(signals)),
        link_(job_),
        ml_(folder.ml()) {}

  RunEnd run(const training::ProcessIdentity& identity);

 private:
  bool stop_signalled(std::chrono::milliseconds wait);
  bool goes_on(std::chrono::milliseconds pause);
  Result<void> prepare();
  Result<void> start();
  /// Patiently; false, with the cause or the error noted, when the algorithm does not run.
  bool begin(Result<void> (Run::*way)());
  Result<void> start_alone();
  void supervise();
  void request_stop(StopCause cause);
  bool read_output();
  void on_algorithm_event();
  void watch_usage();
  int poll_timeout() const;
  void sample_usage();
  void note_trial(const training::ProcessIdentity& trial);
  void end_earlier_algorithm();
  void pack(const char* from, const std::string& name);
  RunEnd conclude();

  const JobFolder folder_;
  const JobSpec job_;
  const FileDescriptor signals_;
  ServerLink link_;
  const fs::path ml_;
  OomWatch oom_;

  FileDescriptor host_;  // a connection, once prepared
  std::optional<Output> output_;
  std::optional<Reporter> reporter_;
  std::optional<CheckpointSync> checkpoints_;
  std::unique_ptr<Algorithm> algorithm_;
  FileDescriptor pipe_read_;
  FileDescriptor pipe_write_;  // held until the algorithm has its own

  StopCause cause_ = StopCause::kNone;
  bool fenced_ = false;
  std::optional<UsageWatch> watch_;
  Steady::time_point next_look_{};
  std::string exceeded_;
  std::optional<Error> error_;  // why there is no exit status
  bool never_began_ = false;    // the algorithm
  std::optional<ExitStatus> exit_;
  std::optional<Usage> usage_;
  Steady::time_point next_read_{};
  Steady::time_point next_sample_{};
  std::optional<Steady::time_point> deadline_;
  std::optional<Steady::time_point> kill_at_;
  std::optional<Steady::time_point> drain_until_;
  training::Outcome outcome_;
};

/// One that no other job of the server has, far above those of people, services and containers.
uid_t user_of_job(std::string_view job_id) {
  constexpr std::int64_t kFirst = 2'000'000'000;
  constexpr std::int64_t kCount = 100'000'000;
  return static_cast<uid_t>(kFirst + parse_int(job_id).value_or(0) % kCount);
}

/// Waits; true when a stop was asked for by signal meanwhile.
bool Run::stop_signalled(std::chrono::milliseconds wait) {
  pollfd waited{signals_.get(), POLLIN, 0};
  if (::poll(&waited, 1, static_cast<int>(wait.count())) <= 0) return false;
  signalfd_siginfo info{};
  return ::read(signals_.get(), &info, sizeof info) == sizeof info;
}

/// Waits; false when trying again makes no sense.
bool Run::goes_on(std::chrono::milliseconds pause) {
  // Without its folder the job is nobody's any more: its server can't know of it.
  return !stop_signalled(pause) && fs::exists(folder_.spec());
}

Result<void> Run::prepare() {
  end_earlier_algorithm();
  TUNESMITH_TRY_VOID(make_ml_folder(job_, ml_));
  if (job_.algorithm.kind != training::AlgorithmKind::kXgboost || job_.algorithm.host_key.empty())
    return {};
  auto connection = connect_to_host(job_.algorithm);
  if (connection) {
    host_ = std::move(*connection);
  } else {
    note("no host, the trainer runs alone: " + connection.error().message);
  }
  return {};
}

RunEnd Run::run(const training::ProcessIdentity& identity) {
  // The folder is laid out, and a host started, while the server commits the claim. Neither runs a
  // line of the job, and the folder is ours by its lock.
  Result<void> prepared;
  std::thread preparation([&] { prepared = prepare(); });
  const training::Claim claim{job_.job_id, job_.attempt, job_.token, identity};
  bool left = false;
  const auto claimed = retry(
      [&](std::chrono::milliseconds pause) {
        left = !goes_on(pause);
        return !left;
      },
      [&] { return link_.claim(claim); });
  preparation.join();
  if (!claimed) {
    if (claimed.error().kind == ErrorKind::kConflict) return RunEnd::kFenced;
    note("ended without a claim: " + claimed.error().message);
    return RunEnd::kLeft;
  }
  if (claimed->stop) {
    cause_ = StopCause::kRequest;
  } else if (!prepared) {
    error_ = prepared.error();
    never_began_ = true;
  } else if (begin(&Run::start)) {
    supervise();
  }
  // Nothing has run, and that no process can be made or the disk is full is nobody's fault: a
  // further attempt may do better.
  if (error_ && never_began_ &&
      (error_->kind == ErrorKind::kUnavailable || error_->kind == ErrorKind::kLimitExceeded))
    return RunEnd::kLeft;
  return conclude();
}

bool Run::begin(Result<void> (Run::*way)()) {
  const auto begun = patiently([&] { return (this->*way)(); },
                               [this](std::chrono::milliseconds pause) {
                                 if (stop_signalled(pause)) cause_ = StopCause::kRequest;
                                 return cause_ == StopCause::kNone;
                               });
  never_began_ = !begun;
  if (!begun && cause_ == StopCause::kNone) error_ = begun.error();
  return begun.has_value();
}

Result<void> Run::start() {
  TUNESMITH_TRY(auto scraper, training::MetricScraper::compile(job_.metric_definitions));
  FileDescriptor log(
      ::open(folder_.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return Error::from_errno(errno, "open " + folder_.log().string());
  output_.emplace(std::move(log), job_.log_limit_bytes, std::move(scraper), first_step(job_, ml_));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
  pipe_read_ = FileDescriptor(ends[0]);
  pipe_write_ = FileDescriptor(ends[1]);
  ::fcntl(pipe_read_.get(), F_SETFL, O_NONBLOCK);
  // The algorithm goes on computing while this process is not scheduled.
  ::fcntl(pipe_read_.get(), F_SETPIPE_SZ, 1 << 20);
  const auto instances = static_cast<std::uint64_t>(job_.instance_count);
  watch_.emplace(UsageLimits{job_.process_limit, job_.memory_limit_bytes * instances,
                             job_.disk_limit_bytes, ml_});
  next_look_ = Steady::now() + UsageWatch::kPause;
  outcome_.start_ms = wall_clock_ms();
  deadline_ = after(job_.max_runtime_seconds);
  if (host_) {
    const TrialRequest request{ml_.string(), job_.threads, job_.memory_limit_bytes,
                               job_.disk_limit_bytes};
    auto trial = start_in_host(std::move(host_), request, pipe_write_.get());
    if (trial) {
      algorithm_ = std::move(*trial);
      return {};
    }
    note("the trainer runs alone: " + trial.error().message);
  }
  return start_alone();
}

Result<void> Run::start_alone() {
  ProcessOptions options;
  options.program = job_.algorithm.program;
  options.arguments = job_.algorithm.arguments;
  if (job_.algorithm.kind == training::AlgorithmKind::kXgboost) {
    options.arguments = {"train", "--root", ml_.string(), "--threads",
                         std::to_string(job_.threads)};
  }
  options.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "LANG=C.UTF-8", "TRAINING_JOB_NAME=" + job_.job_name,
                         "OMP_NUM_THREADS=" + std::to_string(job_.threads),
                         "OMP_WAIT_POLICY=passive"};
  for (const auto& [name, value] : job_.environment) {
    // Later entries would lose to earlier ones of the same name.
    std::erase_if(options.environment,
                  [&](const std::string& entry) { return entry.starts_with(name + "="); });
    options.environment.push_back(name + "=" + value);
  }
  options.working_folder = ml_.string();
  options.memory_limit_bytes = job_.memory_limit_bytes;
  // The server's data folder holds the folder of all jobs. The built-in trainer finds its input
  // there, and confines itself to that.
  if (job_.algorithm.kind == training::AlgorithmKind::kXgboost) {
    options.filters_system_calls = false;
  } else {
    options.hidden_folder = folder_.root().parent_path().parent_path().string();
    options.user = user_of_job(job_.job_id);
  }
  options.disk_limit_bytes = job_.disk_limit_bytes;
  options.process_limit = job_.process_limit;
  options.network_isolation = job_.network_isolation;
  TUNESMITH_TRY(algorithm_, start_process(options, pipe_write_.get()));
  return {};
}

void Run::supervise() {
  // Only now, so that the process above is forked from a process of one thread.
  reporter_.emplace(job_);
  reporter_->add(training::Transition{"Training", outcome_.start_ms});
  usage_.emplace(outcome_.start_ms, folder_.root());
  next_sample_ = Steady::now() + usage_->pause(outcome_.start_ms);
  if (job_.checkpoints) checkpoints_.emplace(job_, ml_);
  on_algorithm_event();
  while (algorithm_ && (!exit_ || pipe_read_)) {
    if (drain_until_ && Steady::now() >= *drain_until_) break;
    std::vector<pollfd> waited = {{signals_.get(), POLLIN, 0}, {reporter_->event_fd(), POLLIN, 0}};
    const std::size_t pipe_at = waited.size();
    if (pipe_read_ && (exit_ || Steady::now() >= next_read_)) {
      waited.push_back({pipe_read_.get(), POLLIN, 0});
    }
    const std::size_t algorithm_at = waited.size();
    if (!exit_) waited.push_back({algorithm_->event_fd(), POLLIN, 0});
    if (::poll(waited.data(), waited.size(), poll_timeout()) < 0 && errno != EINTR) {
      error_ = Error::from_errno(errno, "poll");
      break;
    }
    if (waited[0].revents != 0 && stop_signalled(0ms)) request_stop(StopCause::kRequest);
    if (waited[1].revents != 0) {
      const Reporter::Verdict verdict = reporter_->verdict();
      if (verdict.fenced) {
        fenced_ = true;
        break;
      }
      if (verdict.stop) request_stop(StopCause::kRequest);
    }
    if (pipe_at < algorithm_at && waited[pipe_at].revents != 0) read_output();
    if (algorithm_at < waited.size() && waited[algorithm_at].revents != 0) on_algorithm_event();
    if (exit_ || !algorithm_) continue;
    sample_usage();
    const auto now = Steady::now();
    if (now >= next_look_) watch_usage();
    if (deadline_ && now >= *deadline_) request_stop(StopCause::kMaxRuntime);
    if (kill_at_ && now >= *kill_at_) {
      note("killed: it did not end in its time after SIGTERM");
      algorithm_->signal(SIGKILL);
      kill_at_.reset();
    }
  }
  if (outcome_.end_ms == 0) outcome_.end_ms = wall_clock_ms();
  if (algorithm_) outcome_.first_instruction_us = algorithm_->first_instruction_us();
  algorithm_.reset();  // kills what still runs
  while (pipe_read_ && read_output()) {
  }
  std::vector<MetricPoint> points;
  output_->end(wall_clock_ms(), points);
  reporter_->add(points);
}

int Run::poll_timeout() const {
  std::optional<Steady::time_point> next = drain_until_;
  if (!exit_) {
    const auto consider = [&](Steady::time_point at) {
      if (!next || at < *next) next = at;
    };
    consider(next_look_);
    if (deadline_) consider(*deadline_);
    if (kill_at_) consider(*kill_at_);
    consider(next_sample_);
    if (pipe_read_ && next_read_ > Steady::now()) consider(next_read_);
  }
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Steady::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

void Run::watch_usage() {
  next_look_ = Steady::now() + UsageWatch::kPause;
  if (exceeded_.empty()) exceeded_ = watch_->exceeded(algorithm_->watched_process());
  if (!exceeded_.empty()) algorithm_->signal(SIGKILL);
}

void Run::request_stop(StopCause cause) {
  if (cause_ != StopCause::kNone || exit_) return;
  cause_ = cause;
  deadline_.reset();
  kill_at_ = after(job_.kill_grace_seconds);
  reporter_->add(training::Transition{"Stopping", wall_clock_ms()});
  algorithm_->signal(SIGTERM);
}

/// Takes in what is there, or the end of it; false when nothing is.
bool Run::read_output() {
  static char buffer[1U << 17U];
  const ssize_t n = ::read(pipe_read_.get(), buffer, sizeof buffer);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0) {
    pipe_read_.reset();
    return true;
  }
  if (static_cast<std::size_t>(n) < sizeof buffer) next_read_ = Steady::now() + kReadPause;
  std::vector<MetricPoint> points;
  output_->take(std::string_view(buffer, static_cast<std::size_t>(n)), wall_clock_ms(), points);
  reporter_->add(points);
  return true;
}

void Run::on_algorithm_event() {
  auto status = algorithm_->on_event();
  if (!status) {
    const bool nothing_runs = !algorithm_->begun() && cause_ == StopCause::kNone;
    note(status.error().message);
    algorithm_.reset();
    if (nothing_runs) {
      note("the trainer runs alone");
      if (begin(&Run::start_alone)) return pipe_write_.reset();
    } else {
      error_ = status.error();
    }
    pipe_write_.reset();
    outcome_.end_ms = wall_clock_ms();
    return;
  }
  if (pipe_write_ && (algorithm_->begun() || *status)) {
    pipe_write_.reset();
    if (const auto trial = algorithm_->identity()) note_trial(*trial);
  }
  if (!*status) return;
  exit_ = **status;
  outcome_.end_ms = wall_clock_ms();
  // What it printed last is in the pipe. One that gave its output to a process out of reach is not
  // waited for.
  drain_until_ = Steady::now() + 1s;
}

void Run::sample_usage() {
  if (Steady::now() < next_sample_) return;
  reporter_->add(usage_->sample(algorithm_->pid(), wall_clock_ms()));
  next_sample_ = Steady::now() + usage_->pause(wall_clock_ms());
}

/// For end_earlier_algorithm() of a further attempt, should this runner die before its trial.
void Run::note_trial(const training::ProcessIdentity& trial) {
  const FileDescriptor fd(
      ::open(folder_.trial().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const auto written = write_all(fd.get(), training::print_identity_line(trial));
  if (!written) note("the trial's identity cannot be written: " + written.error().message);
}

/// A trial whose runner died goes on until it notices. It must not write into this attempt's
/// folder.
void Run::end_earlier_algorithm() {
  const auto text = read_file(folder_.trial(), 4096);
  if (!text) return;
  const auto trial = training::parse_identity_line(*text);
  if (trial && training::signal_process(*trial, SIGKILL)) {
    note("ended the trial of an earlier attempt");
    // It is its host's child: gone for good once that has reaped it.
    for (int i = 0; i < 1000 && training::signal_process(*trial, 0); ++i) {
      std::this_thread::sleep_for(2ms);
    }
  }
  ::unlink(folder_.trial().c_str());
}

void Run::pack(const char* from, const std::string& name) {
  const auto size =
      pack_when_there_is_room(ml_ / from, folder_.artifact(name),
                              [&](std::chrono::milliseconds pause) { return goes_on(pause); });
  if (!size) {
    note("cannot pack " + name + ": " + size.error().message);
    if (!error_) error_ = size.error().with_context("packing " + name);
    return;
  }
  training::Artifact artifact{name, *size, false};
  // One try, now: when the server is here, it makes the bytes durable and nothing need be synced
  // here.
  const auto uploaded = link_.upload(name, folder_.artifact(name));
  if (uploaded) {
    artifact.uploaded = true;
  } else if (uploaded.error().kind == ErrorKind::kConflict) {
    fenced_ = true;
  } else {
    note("not uploaded yet: " + uploaded.error().message);
    const auto synced = fsync_path(folder_.artifact(name));
    if (!synced) note(synced.error().message);
  }
  outcome_.artifacts.push_back(std::move(artifact));
}

RunEnd Run::conclude() {
  Reporter::Rest rest;
  if (reporter_) {
    rest = reporter_->finish();
    fenced_ = fenced_ || rest.fenced;
  } else {
    rest.report = {job_.job_id, job_.attempt, job_.token, 1, {}, {}};
  }
  const auto remove_ml = [&] {
    std::error_code ignored;
    fs::remove_all(ml_, ignored);
  };
  const auto fenced_off = [&] {
    remove_ml();
    return RunEnd::kFenced;
  };
  if (fenced_) return fenced_off();
  judge({cause_, error_, exit_, oom_.seen(), read_failure_file(ml_), exceeded_,
         job_.memory_limit_bytes},
        outcome_);
  if (exit_) {
    rest.report.transitions.push_back({"Uploading", wall_clock_ms()});
    const bool whole = outcome_.status == training::JobStatus::kCompleted;
    const bool partial =
        outcome_.status == training::JobStatus::kStopped && !is_empty_folder(ml_ / "model");
    if (whole || partial) pack("model", job_.artifact_name);
    if (!is_empty_folder(ml_ / "output/data")) pack("output/data", "output.tar.gz");
    if (fenced_) return fenced_off();
    // A model that could not be packed is no success.
    if (error_ && whole) judge({cause_, error_, {}, false, {}, {}, 0}, outcome_);
  }
  if (output_) {
    outcome_.final_metrics = output_->final_metrics();
    outcome_.log_bytes = output_->log_bytes();
  }
  outcome_.dropped_metrics = rest.dropped;
  training::Finish finish{std::move(rest.report), std::move(outcome_)};
  const auto delivered =
      deliver(std::move(finish), folder_, link_, checkpoints_ ? &*checkpoints_ : nullptr,
              [&](std::chrono::milliseconds pause) { return goes_on(pause); });
  if (!delivered && delivered.error().kind == ErrorKind::kConflict) return fenced_off();
  if (!delivered) return RunEnd::kLeft;
  remove_ml();
  return RunEnd::kAcknowledged;
}

}  // namespace

RunEnd run_job(const JobFolder& folder, FileDescriptor lock, FileDescriptor signals) {
  const auto identity = training::identity_of(::getpid());
  if (!identity) {
    note(identity.error().message);
    return RunEnd::kBroken;
  }
  if (const auto written = training::write_identity(lock.get(), *identity); !written) {
    note(written.error().message);
    return RunEnd::kBroken;
  }
  const auto text = read_file(folder.spec());
  auto job = text ? training::parse_job_spec(*text) : Result<JobSpec>(text.error());
  if (!job) {
    note(job.error().message);
    return RunEnd::kBroken;
  }
  Run run(folder, std::move(*job), std::move(signals));
  return run.run(*identity);
}

}  // namespace tunesmith::runner
