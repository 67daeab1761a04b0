// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulation.h"

#include "base/digest.h"
#include "base/random.h"
#include "orchestration/engine_search.h"
#include "orchestration/tuning_jobs.h"
#include "store/sqlite/sqlite_store.h"
#include "training/lifecycle.h"
#include "training/training_jobs.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "fakes/chronicle.h"
#include "fakes/fake_runners.h"
#include "fakes/history_search.h"
#include "fakes/observed_store.h"
#include "fakes/virtual_time.h"
#include "simulation/ledger.h"

namespace tunesmith::simulation {
namespace {

using fakes::Access;
using fakes::SimulatedCrash;
using fakes::violated;
using training::Answer;

constexpr std::int64_t kMaxAttempts = 5;
constexpr const char* kRegion = "us-east-1";

/// How rough the run is: probabilities at each access to the store, and how often they come true.
struct Weather {
  double crash = 0, write_fails = 0, commit_unheard = 0, read_fails = 0, interleave = 0;
  std::int64_t crashes_left = 0;
  std::int64_t power_losses = 0, clock_jumps = 0, jumps_at_failures = 0;
};

class FakeInputs final : public training::InputSource, public training::ArtifactStore {
 public:
  Result<std::vector<training::ChannelFile>> files(const training::InputChannel& channel,
                                                   const std::string&) override {
    if (channel.s3_uri.starts_with("s3://missing")) {
      return Error(ErrorKind::kNotFound, "No S3 objects found under S3 URL");
    }
    return std::vector<training::ChannelFile>{{"train.csv", "/data/train.csv", 1, "1"}};
  }
  Result<void> check_role(const std::string&, const store::TrainingJob&) override { return {}; }
  Result<void> put_file(const std::string& uri, const std::filesystem::path&) override {
    // Somebody has deleted the bucket of every so many: no retry brings it back.
    if (sha256(uri).front() % 8 == 0) return Error(ErrorKind::kNotFound, "no such bucket");
    stored.insert(uri);
    ++taken_in;
    return {};
  }
  Result<void> check_put(const std::string&, const std::string&) override { return {}; }
  std::set<std::string> stored;
  std::int64_t taken_in = 0;
};

/// What dies with the server.
struct Server {
  class Executor final : public orchestration::TrialExecutor {
   public:
    explicit Executor(training::TrainingJobs& jobs) : jobs_(jobs) {}
    void launch(std::int64_t id) override { jobs_.launch(id); }
    Result<void> stop(std::int64_t id, bool early) override { return jobs_.stop_trial(id, early); }

   private:
    training::TrainingJobs& jobs_;
  };

  Server(store::Store& store, const fakes::VirtualTime& time, fakes::FakeRunners& runners,
         FakeInputs& inputs)
      : training(store, time, wakeup, runners, inputs, inputs, settings(),
                 orchestration::resolve_trial_spec),
        executor(training),
        tuning(store, time, wakeup, executor, fakes::make_search) {
    training.on_trial_changed(
        [this](std::int64_t job, std::int64_t trial) { tuning.trial_changed(job, trial); });
    training.on_trial_progress(
        [this](std::int64_t job, std::int64_t trial) { tuning.trial_progressed(job, trial); });
  }

  static training::TrainingSettings settings() {
    training::TrainingSettings s;
    s.jobs_folder = "/jobs";
    s.hosts_folder = "/hosts";
    s.server_socket = "/run.sock";
    s.trainer = "/trainer";
    s.token_key = "key";
    s.max_attempts = kMaxAttempts;
    return s;
  }

  Wakeup wakeup;
  training::TrainingJobs training;
  Executor executor;
  orchestration::TuningJobs tuning;
};

class World final : public fakes::RunnerDoor {
 public:
  World(std::uint64_t seed, bool watched)
      : rng_(seed, 0),
        faults_(seed, 2),
        chronicle_(time_, watched),
        database_(open()),
        kept_(*database_),
        store_(
            kept_, [this](Access access) { return around(access); },
            [this](const fakes::Changes& changes) { ledger_.committed(changes); }),
        runners_(time_, chronicle_, seed, odds(), *this, [this] { may_crash(); }),
        ledger_(time_, chronicle_, runners_, kMaxAttempts) {
    runners_.on_hang([this](std::int64_t job) {
      // Somebody gets tired of it, or of the whole.
      const auto tuning_job = ledger_.training_jobs().at(job).tuning_job_id;
      if (tuning_job && roll(0.5)) {
        const std::string name = ledger_.jobs().at(*tuning_job).row.name;
        time_.after(between(500, 15000), [this, name] { stop_tuning_job(name); });
      } else {
        time_.after(between(500, 15000), [this, job] { stop_trial(job); });
      }
    });
  }

  Outcome run();

  Result<Answer> claim(const training::Claim& claim) override {
    return ask([&](Server& s) { return s.training.claim(claim); });
  }
  Result<Answer> report(const training::Report& report) override {
    return ask([&](Server& s) { return s.training.report(report); });
  }
  Result<Answer> finish(const training::Finish& finish) override {
    return ask([&](Server& s) { return s.training.finish(finish); });
  }
  Result<void> upload(const training::Report& who, const std::string& artifact) override {
    const auto to = ask([&](Server& s) {
      return s.training.artifact_destination(who.job_id, who.attempt, who.token, artifact);
    });
    if (!to) return to.error();
    inputs_.stored.insert(to->uri);
    return {};
  }

 private:
  static std::unique_ptr<store::Database> open() {
    auto opened = store::Database::open(":memory:");
    TUNESMITH_CHECK(opened.has_value());
    return std::move(*opened);
  }

  bool roll(double probability) { return rng_.uniform() < probability; }
  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  Millis between(std::int64_t low, std::int64_t high) { return Millis(draw(low, high)); }

  fakes::RunnerOdds odds();
  void plan();
  orchestration::TuningSpec tuning_spec();

  // The users. Each goes on asking until there is an answer.
  void create_tuning_job(const store::TuningJob& job,
                         const std::vector<store::ParentTrial>& parents);
  void create_training_job(const store::TrainingJob& job);
  void stop_tuning_job(const std::string& name);
  void stop_trial(std::int64_t id);

  void jump(Millis by);
  void may_crash();
  std::optional<Error> around(Access access);
  template <class Call>
  auto ask(Call call) -> decltype(call(std::declval<Server&>()));
  void start_server();
  void run_server();
  void bury_server();
  void check_at_end();

  Rng rng_;     // of the world
  Rng faults_;  // of what goes wrong in the server
  fakes::VirtualTime time_;
  fakes::Chronicle chronicle_;
  std::unique_ptr<store::Database> database_;
  store::SqliteStore kept_;
  fakes::ObservedStore store_;
  Weather weather_;
  fakes::FakeRunners runners_;
  Ledger ledger_;
  FakeInputs inputs_;
  std::unique_ptr<Server> server_;
  bool crashed_ = false;  // server_ is dead, and buried as soon as nothing runs in it
  int depth_ = 0;         // events that happen inside of another's access to the store
  std::int64_t uncreated_ = 0;
  Tally tally_;
};

fakes::RunnerOdds World::odds() {
  fakes::RunnerOdds odds;
  if (roll(0.2)) odds.lost = odds.delayed = 0.2;
  if (roll(0.2)) odds.repeated = 0.2;
  if (roll(0.1)) odds.dies = 0.4;
  if (roll(0.1)) odds.fails = 0.6;
  if (roll(0.1)) odds.launch_fails = 0.1;
  if (roll(0.1)) odds.overruns = 0.5;
  if (roll(0.1)) odds.dies = odds.fails = odds.hangs = 0;
  odds.same_number = roll(0.4);
  return odds;
}

orchestration::TuningSpec World::tuning_spec() {
  orchestration::TuningSpec spec;
  orchestration::TrialDefinition definition;
  const double strategy = rng_.uniform();
  spec.max_trials = draw(1, 30);
  spec.max_parallel = draw(1, 6);
  if (strategy < 0.9) {
    const std::int64_t capacity = roll(0.1) ? draw(1, 20) : 0;
    spec.strategy = "History";
    definition.ranges = {
        {"x", orchestration::ParameterKind::kInteger, "0", std::to_string(capacity), "Linear", {}}};
  } else {
    spec.strategy = strategy < 0.98 ? "Random" : "Bayesian";
    if (spec.strategy == "Bayesian") spec.max_trials = draw(1, 8);
    definition.ranges = {
        {"eta", orchestration::ParameterKind::kContinuous, "0.001", "1", "Logarithmic", {}},
        {"depth", orchestration::ParameterKind::kInteger, "1", "10", "Linear", {}},
        {"booster", orchestration::ParameterKind::kCategorical, "", "", "", {"a", "b", "c"}}};
  }
  definition.maximize = roll(0.5);
  definition.objective_metric = "validation:auc";
  if (roll(0.1)) spec.max_runtime_seconds = draw(2, 60);
  if (roll(0.1)) spec.target_objective = static_cast<double>(draw(0, 11)) / 12;
  if (roll(0.1)) spec.max_not_improving = draw(2, 8);
  if (spec.strategy != "Bayesian") spec.early_stopping = roll(0.3);
  spec.detect_convergence = roll(0.2);
  spec.complete_on_convergence = spec.detect_convergence && roll(0.5);
  definition.training.algorithm = "xgboost";
  definition.training.output_s3_uri = "s3://bucket/output";
  definition.training.objective_metric = definition.objective_metric;
  definition.training.instance_type = "ml.m5.xlarge";
  if (roll(0.2)) definition.training.max_attempts = draw(1, 3);  // RetryStrategy
  training::InputChannel train;
  train.name = "train";
  train.s3_uri = roll(0.03) ? "s3://missing/train" : "s3://bucket/train";
  definition.training.channels = {train};
  for (std::int64_t more = roll(0.2) ? draw(1, 3) : 0; more >= 0; --more) {
    definition.name = fmt::format("definition-{}", spec.definitions.size());
    spec.definitions.push_back(definition);
    definition.maximize = roll(0.5);
  }
  return spec;
}

void World::plan() {
  const double roughness = rng_.uniform();
  if (roughness < 0.15) {
    // Fine weather: nothing but runners' own trouble.
  } else if (roughness < 0.3) {
    // A bad disk and a bad clock under a server that never dies: no restart heals anything.
    weather_ = {0, 0.1, 0.1, 0.02, 0.2, 0, 0, draw(0, 2), draw(0, 6)};
  } else if (roughness < 0.7) {
    weather_ = {0.004, 0.005, 0.002, 0.002, 0.05, 30, roll(0.2) ? 1 : 0, roll(0.3) ? 1 : 0};
  } else {
    weather_ = {0.03, 0.03, 0.01, 0.005, 0.3, 60, draw(0, 2), draw(0, 3)};
  }
  const std::int64_t jobs = draw(1, 3);
  for (std::int64_t i = 1; i <= jobs; ++i) {
    store::TuningJob job;
    job.region = kRegion;
    job.name = fmt::format("job-{}", i);
    job.seed = draw(0, 1'000'000);
    const auto spec = tuning_spec();
    job.strategy = spec.strategy;
    job.spec = orchestration::print_tuning_spec(spec);
    ++uncreated_;
    std::vector<store::ParentTrial> parents;
    for (std::int64_t n = roll(0.2) ? draw(1, 5) : 0; n > 0; --n) {
      parents.push_back({0, 0, {{"x", "1"}}, static_cast<double>(draw(0, 11)) / 12});
    }
    time_.after(between(0, 5000), [this, job, parents] { create_tuning_job(job, parents); });
    if (roll(0.15)) {
      time_.after(between(0, 30000), [this, name = job.name] { stop_tuning_job(name); });
    }
  }
  if (roll(0.2)) {
    training::TrainingSpec spec = tuning_spec().definitions.front().training;
    spec.objective_metric.clear();
    auto job = training::new_training_job(kRegion, "alone", time_.now());
    job.spec = training::print_training_spec(spec);
    ++uncreated_;
    time_.after(between(0, 5000), [this, job] { create_training_job(job); });
  }
  for (std::int64_t i = draw(0, 2); i > 0; --i) {
    time_.after(between(0, 30000), [this] {
      std::vector<std::int64_t> live;
      for (const auto& [id, row] : ledger_.training_jobs()) {
        if (!row.ended) live.push_back(id);
      }
      if (!live.empty()) stop_trial(live[rng_.below(live.size())]);
    });
  }
  for (std::int64_t i = 0; i < weather_.clock_jumps; ++i) {
    const std::int64_t farthest = roll(0.5) ? 5'000 : 86'400'000;
    const Millis by = between(-farthest, farthest);
    time_.after(between(0, 60000), [this, by] { jump(by); });
  }
  for (std::int64_t i = 0; i < weather_.power_losses; ++i) {
    time_.after(between(0, 60000), [this] {
      chronicle_.note("the power goes");
      ++tally_.power_losses;
      runners_.kill_all();
      crashed_ = server_ != nullptr;
    });
  }
}

void World::jump(Millis by) {
  chronicle_.note("the clock jumps by {} ms", by.count());
  ++tally_.clock_jumps;
  time_.jump(by);
}

void World::create_tuning_job(const store::TuningJob& planned,
                              const std::vector<store::ParentTrial>& parents) {
  store::TuningJob job = planned;
  job.created = job.modified = time_.now();
  const auto created = ask(
      [&](Server& s) { return s.tuning.create(job, "arn:" + job.name, {{"k", "v"}}, parents); });
  if (created || created.error().kind == ErrorKind::kAlreadyExists) {
    chronicle_.note("{} is created", job.name);
    --uncreated_;
    return;
  }
  time_.after(between(100, 2000),
              [this, planned, parents] { create_tuning_job(planned, parents); });
}

void World::create_training_job(const store::TrainingJob& job) {
  const auto created = ask([&](Server& s) { return s.training.create(job, "arn:alone", {}); });
  if (created || created.error().kind == ErrorKind::kAlreadyExists) {
    --uncreated_;
    return;
  }
  time_.after(between(100, 2000), [this, job] { create_training_job(job); });
}

void World::stop_tuning_job(const std::string& name) {
  const auto stopped = ask([&](Server& s) { return s.tuning.request_stop(kRegion, name); });
  const bool answered = stopped || stopped.error().kind == ErrorKind::kConflict ||
                        stopped.error().kind == ErrorKind::kNotFound;
  if (!answered) {
    time_.after(between(100, 2000), [this, name] { stop_tuning_job(name); });
    return;
  }
  chronicle_.note("{} is to stop: {}", name, stopped ? "yes" : stopped.error().message);
  if (!stopped) return;
  ++tally_.stops;
  for (const auto& [id, job] : ledger_.jobs()) {
    if (job.row.name == name && !job.row.stop_requested) violated("{}: a stop is lost", name);
  }
}

void World::stop_trial(std::int64_t id) {
  const auto stopped = ask([&](Server& s) { return s.training.request_stop(id); });
  const bool answered = stopped || stopped.error().kind == ErrorKind::kConflict;
  if (!answered) {
    time_.after(between(100, 2000), [this, id] { stop_trial(id); });
    return;
  }
  chronicle_.note("training job {} is to stop: {}", id, stopped ? "yes" : "it has ended");
  if (!stopped) return;
  ++tally_.stops;
  if (!ledger_.training_jobs().at(id).stop_requested) violated("{}: a stop is lost", id);
}

void World::may_crash() {
  if (weather_.crashes_left <= 0 || faults_.uniform() >= weather_.crash) return;
  --weather_.crashes_left;
  throw SimulatedCrash{};
}

std::optional<Error> World::around(Access access) {
  may_crash();
  // What other threads of the server do between two accesses of this one.
  if (depth_ < 2 && !time_.idle() && time_.next() <= time_.elapsed() + Millis(20) &&
      faults_.uniform() < weather_.interleave) {
    ++depth_;
    ++tally_.interleaved;
    time_.run_next();
    --depth_;
    if (crashed_) throw SimulatedCrash{};
  }
  const double odds = access == Access::kBeforeWrite  ? weather_.write_fails
                      : access == Access::kAfterWrite ? weather_.commit_unheard
                                                      : weather_.read_fails;
  if (faults_.uniform() >= odds) return {};
  ++tally_.failed_accesses;
  if (weather_.jumps_at_failures > 0 && faults_.uniform() < 0.2) {
    // Back, while somebody waits to try again.
    --weather_.jumps_at_failures;
    jump(-Millis(3'600'000));
  }
  return Error(ErrorKind::kInternal, "disk I/O error");
}

template <class Call>
auto World::ask(Call call) -> decltype(call(std::declval<Server&>())) {
  if (!server_ || crashed_) return Error(ErrorKind::kUnavailable, "connection refused");
  try {
    return call(*server_);
  } catch (const SimulatedCrash&) {
    crashed_ = true;
    return Error(ErrorKind::kUnavailable, "connection reset");
  }
}

void World::start_server() {
  chronicle_.note("the server starts");
  server_ = std::make_unique<Server>(store_, time_, runners_, inputs_);
  const auto recovered = ask([](Server& s) -> Result<void> {
    TUNESMITH_TRY_VOID(s.training.recover());
    return s.tuning.recover();
  });
  if (!recovered) crashed_ = true;
}

void World::run_server() {
  const auto ran = ask([](Server& s) -> Result<void> {
    for (int i = 0;; ++i) {
      const bool tuned = s.tuning.run_once();
      const bool trained = s.training.run_once();
      if (!tuned && !trained) return {};
      if (i == 10000) violated("the server is never done");
    }
  });
  static_cast<void>(ran);  // a crash is seen by crashed_
}

void World::bury_server() {
  chronicle_.note("the server is gone");
  ++tally_.crashes;
  server_.reset();
  crashed_ = false;
  time_.after(between(20, 12000), [this] { start_server(); });
}

void World::check_at_end() {
  ledger_.check_store(kept_);
  ledger_.check_points(kept_);
  ledger_.check_suggestions(fakes::make_search);
  for (const auto& [id, row] : ledger_.training_jobs()) {
    if (row.status != store::JobStatus::kCompleted) continue;
    const std::string uri = fmt::format("s3://bucket/output/{}/output/model.tar.gz", row.name);
    if (!inputs_.stored.contains(uri)) violated("{} has no model", row.name);
  }
}

Outcome World::run() {
  constexpr Millis kTick{500};  // how long the server's loop sleeps at most
  constexpr Millis kForever = std::chrono::hours(3);
  Outcome outcome;
  try {
    plan();
    start_server();
    while (uncreated_ > 0 || !ledger_.all_ended() || !time_.idle()) {
      if (crashed_) bury_server();
      run_server();
      if (crashed_) continue;
      ledger_.check_runners();
      if (time_.elapsed() > kForever) violated("a job does not come to an end");
      const Millis tick = time_.elapsed() + kTick;
      if (!time_.idle() && (!server_ || time_.next() <= tick)) {
        time_.run_next();
      } else {
        time_.advance_to(tick);
      }
    }
    check_at_end();
  } catch (const fakes::Violation& violation) {
    outcome.violation = violation.what + "\nThe last of what happened:\n" + chronicle_.last_lines();
  }
  tally_.trials = static_cast<std::int64_t>(ledger_.training_jobs().size());
  tally_.jobs = static_cast<std::int64_t>(ledger_.jobs().size());
  const fakes::RunnerTally& r = runners_.tally();
  for (const auto& [id, job] : ledger_.jobs()) {
    tally_.reports += static_cast<std::int64_t>(job.reports.size());
    tally_.converged += job.row.converged ? 1 : 0;
  }
  tally_.launched = r.launched;
  tally_.deaths = r.deaths;
  tally_.requests = r.requests;
  tally_.lost = r.lost;
  tally_.repeated = r.repeated;
  tally_.retrained = r.retrained;
  tally_.artifacts_taken_in = inputs_.taken_in;
  outcome.tally = tally_;
  outcome.fingerprint = chronicle_.fingerprint();
  return outcome;
}

}  // namespace

Outcome simulate(std::uint64_t seed, bool watched) { return World(seed, watched).run(); }

}  // namespace tunesmith::simulation
