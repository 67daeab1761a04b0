// SPDX-License-Identifier: Apache-2.0
//
// The console over a made-up store, for tests in a browser and for work on the page: jobs of every
// status, one of them growing. Keys: AKIADEMO / demo-secret.
//
//   console_demo [--empty] [--large N] [--trial-ms N]
//
// Prints "listening on http://127.0.0.1:PORT"; ends at SIGTERM.
#include "base/digest.h"
#include "base/random.h"
#include "base/strings.h"
#include "console/console_handler.h"
#include "http/server.h"
#include "orchestration/tuning_spec.h"
#include "store/sqlite/sqlite_store.h"
#include "training/lifecycle.h"

#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::console {
namespace {

using store::JobStatus;

volatile std::sig_atomic_t ended = 0;

class DemoKeys final : public KeyChecker {
 public:
  Result<std::string> check(std::string_view id, std::string_view secret) const override {
    if (id == "AKIADEMO" && constant_time_equal(secret, "demo-secret")) return std::string("demo");
    return Error(ErrorKind::kDenied, "unknown key");
  }
  Result<std::string> owner(std::string_view) const override { return std::string("demo"); }
};

/// Sends "/" to the console, as the server does for unsigned requests.
class DemoRouter final : public http::Handler {
 public:
  explicit DemoRouter(http::Handler& console) : console_(console) {}
  http::Response handle(http::Request& request) override {
    if (ConsoleHandler::owns(request.path())) return console_.handle(request);
    http::Response response;
    response.status = 302;
    response.headers.set("Location", "/_console/");
    return response;
  }
  bool is_quick(const http::Request& request) const override { return console_.is_quick(request); }

 private:
  http::Handler& console_;
};

orchestration::TuningSpec auc_spec(std::int64_t trials, std::int64_t parallel) {
  using orchestration::ParameterKind;
  orchestration::TuningSpec spec;
  spec.strategy = "Bayesian";
  spec.definitions.resize(1);
  spec.definitions.front().objective_metric = "validation:auc";
  spec.max_trials = trials;
  spec.max_parallel = parallel;
  spec.definitions.front().ranges = {
      {"eta", ParameterKind::kContinuous, "0", "1", "Auto", {}},
      {"min_child_weight", ParameterKind::kContinuous, "1", "10", "Auto", {}},
      {"alpha", ParameterKind::kContinuous, "0.001", "2", "Logarithmic", {}},
      {"max_depth", ParameterKind::kInteger, "1", "10", "Auto", {}},
  };
  auto& t = spec.definitions.front().training;
  t.algorithm = "xgboost";
  t.image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
  t.instance_type = "ml.m4.xlarge";
  t.output_s3_uri = "s3://sagemaker-us-east-1-123456789012/sagemaker/DEMO-hpo-xgboost-dm/output";
  t.role_arn = "arn:aws:iam::123456789012:role/TunesmithExecutionRole";
  t.hyperparameters = {{"eval_metric", "auc"},
                       {"num_round", "100"},
                       {"objective", "binary:logistic"},
                       {"rate_drop", "0.3"},
                       {"tweedie_variance_power", "1.4"}};
  const std::string prefix = "s3://sagemaker-us-east-1-123456789012/sagemaker/DEMO-hpo-xgboost-dm/";
  t.channels = {
      {"train", prefix + "train", "text/csv", "None", "", "S3Prefix", "FullyReplicated"},
      {"validation", prefix + "validation", "text/csv", "None", "", "S3Prefix", "FullyReplicated"}};
  t.objective_metric = spec.definitions.front().objective_metric;
  return spec;
}

orchestration::TuningSpec rmse_spec() {
  using orchestration::ParameterKind;
  auto spec = auc_spec(40, 4);
  spec.strategy = "Random";
  spec.definitions.front().maximize = false;
  spec.definitions.front().objective_metric = spec.definitions.front().training.objective_metric =
      "validation:rmse";
  spec.definitions.front().ranges = {
      {"eta", ParameterKind::kContinuous, "0.01", "0.5", "Logarithmic", {}},
      {"booster", ParameterKind::kCategorical, "", "", "", {"gbtree", "gblinear", "dart"}},
      {"interaction_constraints",
       ParameterKind::kCategorical,
       "",
       "",
       "",
       {R"([["age","income","education"],["region","branch","account_manager"]])",
        R"([["age","income","education","region","branch","account_manager"]])"}},
      {"max_depth", ParameterKind::kInteger, "2", "12", "Auto", {}},
  };
  spec.target_objective = 0.82;
  spec.definitions.front().training.hyperparameters["objective"] = "reg:squarederror";
  spec.definitions.front().training.hyperparameters["eval_metric"] = "rmse";
  return spec;
}

/// Makes jobs and trials; those of a growing job in real time.
class Demo {
 public:
  Demo(store::Store& store, LiveFeed& feed, std::filesystem::path folder)
      : store_(store), feed_(feed), folder_(std::move(folder)) {}

  std::filesystem::path job_folder(std::int64_t id) const { return folder_ / std::to_string(id); }

  std::int64_t add_job(const std::string& name, const std::string& region,
                       const orchestration::TuningSpec& spec, Timestamp created) {
    store::TuningJob job;
    job.region = region;
    job.name = name;
    job.created = job.modified = created;
    job.strategy = spec.strategy;
    job.seed = 20;
    job.spec = orchestration::print_tuning_spec(spec);
    job.request = fmt::format(R"({{"HyperParameterTuningJobName":"{}"}})", name);
    must(store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(job.id, t.insert(job));
      return {};
    }));
    feed_.publish(job.id);
    return job.id;
  }

  void end_job(std::int64_t id, JobStatus status, Timestamp at, const std::string& reason = "") {
    must(store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(auto job, t.tuning_job(id));
      job.status = status;
      job.modified = at;
      job.ended = at;
      job.failure_reason = reason;
      return t.update(job);
    }));
    feed_.publish(id);
  }

  store::TrainingJob begin_trial(std::int64_t tuning_job, const orchestration::TuningSpec& spec,
                                 std::int64_t number, Timestamp now) {
    auto job = make_trial(parent_of(tuning_job), spec, number, now);
    must(store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(job.id, t.insert(job));
      return {};
    }));
    feed_.publish(tuning_job);
    return job;
  }

  /// Many trials that went well, in one transaction, with few points and without logs.
  void add_many(std::int64_t tuning_job, const orchestration::TuningSpec& spec, std::int64_t trials,
                Timestamp at, Millis each) {
    const auto parent = parent_of(tuning_job);
    must(store_.write([&](store::Transaction& t) -> Result<void> {
      for (std::int64_t n = 1; n <= trials; ++n) {
        at += each / spec.max_parallel;
        auto job = make_trial(parent, spec, n, at);
        TUNESMITH_TRY_VOID(training::finish(
            job, outcome_of(job, spec, training::Ending::kCompleted, at + each), at + each));
        TUNESMITH_TRY(const auto id, t.insert(job));
        std::vector<store::MetricPoint> points;
        for (int step = 0; step < 6; ++step)
          points.push_back({spec.definitions.front().objective_metric, step, at,
                            *job.objective - 0.1 / (1 + step)});
        TUNESMITH_TRY_VOID(t.add_metric_points(id, points));
      }
      return {};
    }));
  }

  /// Takes the trial to the share `done` in [0, 1] of its training.
  void run_trial(store::TrainingJob& job, const orchestration::TuningSpec& spec, double done,
                 Timestamp now) {
    const int rounds = static_cast<int>(done * kRounds);
    std::vector<store::MetricPoint> points;
    std::string lines;
    if (shown_[job.id] == 0) {
      lines += fmt::format("{} INFO:sagemaker-containers:Begin training\n", to_millis(now));
      lines += fmt::format("{} [xgboost] 28831x59 matrix\n", to_millis(now));
    }
    for (int i = shown_[job.id]; i < rounds; ++i) {
      const double part = (1 - std::exp(-3.5 * (i + 1) / kRounds)) / (1 - std::exp(-3.5));
      const double goal = quality(job, spec);
      const double value =
          spec.definitions.front().maximize ? 0.5 + (goal - 0.5) * part : goal + (1 - part) * 1.5;
      const double train = value + (spec.definitions.front().maximize ? 0.05 : -0.12) * part;
      const std::string metric = spec.definitions.front().objective_metric.substr(
          spec.definitions.front().objective_metric.find(':') + 1);
      lines += fmt::format("{} [{}]\ttrain-{}:{:.5f}\tvalidation-{}:{:.5f}\n", to_millis(now), i,
                           metric, train, metric, value);
      points.push_back({spec.definitions.front().objective_metric, i, now, value});
      points.push_back({"train:" + metric, i, now, train});
    }
    points.push_back({"CPUUtilization", rounds, now, 64 + 9 * std::sin(rounds)});
    points.push_back({"MemoryUtilization", rounds, now, 1.2 + 0.4 * done});
    shown_[job.id] = std::max(rounds, 1);
    training::enter(job, "Training", now);
    job.started = job.started.value_or(now);
    must(store_.write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY_VOID(t.add_metric_points(job.id, points));
      return t.update(job);
    }));
    std::filesystem::create_directories(job_folder(job.id));
    std::ofstream(job_folder(job.id) / "log", std::ios::app) << lines;
    feed_.publish(*job.tuning_job_id);
  }

  void end_trial(store::TrainingJob& job, const orchestration::TuningSpec& spec,
                 training::Ending ending, Timestamp now) {
    if (ending == training::Ending::kFailed) {
      std::ofstream(job_folder(job.id) / "log", std::ios::app)
          << to_millis(now) << " ERROR: train/part-0003.csv, line 812: 58 columns, expected 59\n";
    }
    job.stopped_early = ending == training::Ending::kStopped && job.trial.value_or(0) % 6 == 0;
    must(training::finish(job, outcome_of(job, spec, ending, now), now));
    must(store_.write([&](store::Transaction& t) { return t.update(job); }));
    feed_.publish(*job.tuning_job_id);
  }

  static void must(const Result<void>& done) {
    if (done) return;
    fmt::print(stderr, "console_demo: {}\n", done.error().message);
    std::exit(1);
  }

 private:
  static constexpr int kRounds = 100;

  store::TuningJob parent_of(std::int64_t id) {
    store::TuningJob parent;
    must(store_.read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(parent, r.tuning_job(id));
      return {};
    }));
    return parent;
  }

  static store::TrainingJob make_trial(const store::TuningJob& parent,
                                       const orchestration::TuningSpec& spec, std::int64_t number,
                                       Timestamp now) {
    Rng rng(static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(parent.id));
    auto job = training::new_training_job(
        parent.region, fmt::format("{}-{:03}-{:08x}", parent.name, number, rng() & 0xFFFFFFFFU),
        now);
    job.tuning_job_id = parent.id;
    job.trial = number;
    job.objective_status = "Pending";
    // As a search does: the more trials, the closer to what is good.
    const double focus = std::min(0.85, static_cast<double>(number) / 40.0);
    for (const auto& range : spec.definitions.front().ranges)
      job.tuned.emplace_back(range.name, pick(range, rng, focus));
    job.explanation =
        number <= 5
            ? R"({"step":"initial design"})"
            : fmt::format(R"({{"step":"expected improvement","mean":{},"deviation":0.003}})",
                          quality(job, spec) - 0.002);
    return job;
  }

  static training::JobEnd outcome_of(const store::TrainingJob& job,
                                     const orchestration::TuningSpec& spec, training::Ending ending,
                                     Timestamp now) {
    training::JobEnd outcome;
    outcome.ending = ending;
    outcome.objective_metric = spec.definitions.front().objective_metric;
    outcome.training_started = job.started.value_or(job.created);
    outcome.training_ended = now;
    if (ending == training::Ending::kFailed) {
      outcome.failure_reason =
          "AlgorithmError: CSV data has 58 columns in part-0003.csv, 59 were expected, exit code: "
          "1";
    } else {
      const double value = quality(job, spec);
      outcome.final_metrics = {
          {spec.definitions.front().objective_metric, value, now},
          {spec.definitions.front().maximize ? "train:auc" : "train:rmse",
           spec.definitions.front().maximize ? value + 0.05 : value - 0.12, now}};
    }
    return outcome;
  }

  static std::string pick(const orchestration::ParameterRange& range, Rng& rng, double focus) {
    if (range.kind == orchestration::ParameterKind::kCategorical)
      return range.values[rng.below(range.values.size())];
    const double low = *parse_double(range.min);
    const double high = *parse_double(range.max);
    const double u = (1 - focus) * rng.uniform() + focus * (0.3 + 0.15 * rng.normal());
    const double clipped = std::min(1.0, std::max(0.0, u));
    const double value = range.scaling == "Logarithmic" ? low * std::pow(high / low, clipped)
                                                        : low + clipped * (high - low);
    if (range.kind == orchestration::ParameterKind::kInteger)
      return std::to_string(static_cast<std::int64_t>(std::lround(value)));
    return format_double(value);
  }

  /// What a trial will reach: a smooth function of its hyperparameters and some noise.
  static double quality(const store::TrainingJob& job, const orchestration::TuningSpec& spec) {
    double distance = 0;
    for (const auto& range : spec.definitions.front().ranges) {
      for (const auto& [name, text] : job.tuned) {
        if (name != range.name || range.kind == orchestration::ParameterKind::kCategorical)
          continue;
        double low = *parse_double(range.min);
        double high = *parse_double(range.max);
        double value = *parse_double(text);
        if (range.scaling == "Logarithmic") {
          low = std::log(low);
          high = std::log(high);
          value = std::log(value);
        }
        const double u = (value - low) / (high - low);
        distance += (u - 0.3) * (u - 0.3);
      }
    }
    Rng rng(static_cast<std::uint64_t>(job.trial.value_or(0)));
    const double noise = 0.002 * rng.normal();
    return spec.definitions.front().maximize ? 0.7766 - 0.06 * distance + noise
                                             : 0.84 + 0.5 * distance + noise * 5;
  }

  store::Store& store_;
  LiveFeed& feed_;
  const std::filesystem::path folder_;
  std::map<std::int64_t, int> shown_;
};

Timestamp now() { return SystemClock().now(); }

/// A job that has ended: `failing(n)` says how trial n ended.
void add_ended(Demo& demo, const std::string& name, const std::string& region,
               const orchestration::TuningSpec& spec, std::int64_t trials, Millis ago, Millis each,
               JobStatus status, const std::function<training::Ending(std::int64_t)>& ending,
               const std::string& reason = "") {
  const Timestamp begin = now() - ago;
  const auto id = demo.add_job(name, region, spec, begin);
  Timestamp at = begin;
  for (std::int64_t n = 1; n <= trials; ++n) {
    auto trial = demo.begin_trial(id, spec, n, at);
    at += each / spec.max_parallel;
    const auto how = ending(n);
    const double done = how == training::Ending::kCompleted ? 1
                        : how == training::Ending::kFailed  ? 0.05
                                                            : 0.4;
    demo.run_trial(trial, spec, done, at);
    demo.end_trial(trial, spec, how, at + each);
  }
  demo.end_job(id, status, at + each, reason);
}

/// Runs a job in real time until it is done, stopped, or the program ends.
void grow(Demo& demo, std::int64_t id, const orchestration::TuningSpec& spec, int trial_ms,
          const std::atomic<bool>& stopped) {
  struct Running {
    store::TrainingJob job;
    double done = 0;
    double speed = 1;
  };
  std::vector<Running> running;
  std::int64_t next = 1;
  Rng rng(7);
  const int tick = std::max(20, std::min(200, trial_ms / 8));
  while (ended == 0) {
    while (!stopped && static_cast<std::int64_t>(running.size()) < spec.max_parallel &&
           next <= spec.max_trials) {
      running.push_back({demo.begin_trial(id, spec, next++, now()), 0, 0.6 + rng.uniform()});
    }
    if (running.empty()) break;
    ::usleep(static_cast<useconds_t>(tick) * 1000);
    for (auto& trial : running) {
      trial.done = std::min(1.0, trial.done + trial.speed * tick / trial_ms);
      demo.run_trial(trial.job, spec, trial.done, now());
      if (trial.done >= 1 || stopped) {
        const auto ending = stopped                ? training::Ending::kStopped
                            : trial.job.trial == 7 ? training::Ending::kFailed
                                                   : training::Ending::kCompleted;
        demo.end_trial(trial.job, spec, ending, now());
        trial.speed = 0;
      }
    }
    std::erase_if(running, [](const Running& trial) { return trial.speed == 0; });
  }
  if (ended == 0) demo.end_job(id, stopped ? JobStatus::kStopped : JobStatus::kCompleted, now());
}

int run(bool empty, std::int64_t large, int trial_ms) {
  const auto folder = std::filesystem::temp_directory_path() / ("console-demo-" + random_hex(6));
  std::filesystem::create_directories(folder);
  auto database = store::Database::open(folder / "demo.db");
  if (!database) return 1;
  store::SqliteStore store(**database);
  const SystemClock clock;
  const DemoKeys keys;
  LiveFeed feed;
  Demo demo(store, feed, folder);
  std::atomic<bool> stopped = false;
  std::int64_t growing = 0;
  const auto spec = auc_spec(20, 3);

  if (!empty) {
    using training::Ending;
    add_ended(demo, "churn-rmse-random", "eu-central-1", rmse_spec(), 17, Millis(26 * 3'600'000),
              Millis(9'000), JobStatus::kStopped,
              [](std::int64_t n) { return n >= 15 ? Ending::kStopped : Ending::kCompleted; });
    add_ended(
        demo, "direct-marketing-broken", "us-east-1", auc_spec(20, 3), 5, Millis(7'500'000),
        Millis(1'200), JobStatus::kFailed, [](std::int64_t) { return Ending::kFailed; },
        "Five training jobs failed and none succeeded. The last one: AlgorithmError: CSV "
        "data has 58 columns in part-0003.csv, 59 were expected, exit code: 1");
    add_ended(
        demo, "direct-marketing-100", "us-east-1", auc_spec(100, 4), 100, Millis(3'600'000),
        Millis(4'000), JobStatus::kCompleted, [](std::int64_t n) {
          return n % 23 == 0 ? Ending::kFailed : n % 6 == 0 ? Ending::kStopped : Ending::kCompleted;
        });
    if (large > 0) {
      const auto large_spec = auc_spec(large, 8);
      const Timestamp begin = now() - Millis(1'800'000);
      const auto id = demo.add_job("large", "us-west-2", large_spec, begin);
      demo.add_many(id, large_spec, large, begin, Millis(500));
      demo.end_job(id, JobStatus::kCompleted, now());
    }
    growing = demo.add_job("xgboost-tuningjob-24-21-54-06", "us-east-1", spec, now());
  }

  ConsoleHandler console(
      {.store = store,
       .clock = clock,
       .keys = keys,
       .feed = feed,
       .session_key = random_hex(16),
       .job_folder = [&](std::int64_t id) { return demo.job_folder(id); },
       .stop_tuning_job = [&](const std::string&, const std::string& name) -> Result<void> {
         if (name != "xgboost-tuningjob-24-21-54-06")
           return Error(ErrorKind::kConflict, name + " has ended");
         stopped = true;
         return {};
       },
       .regions = {}});
  DemoRouter router(console);
  http::ServerOptions options;
  http::Listener listener;
  listener.handler = &router;
  options.listeners.push_back(std::move(listener));
  auto server = http::Server::start(std::move(options));
  if (!server) {
    fmt::print(stderr, "console_demo: {}\n", server.error().message);
    return 1;
  }
  fmt::print("listening on http://127.0.0.1:{}\n", (*server)->port());
  std::fflush(stdout);
  if (growing != 0) grow(demo, growing, spec, trial_ms, stopped);
  while (ended == 0) ::usleep(50'000);
  (*server)->stop(Millis(0));
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace tunesmith::console

int main(int argc, char** argv) {
  bool empty = false;
  std::int64_t large = 0;
  int trial_ms = 2500;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view following = i + 1 < argc ? argv[i + 1] : "";
    const std::int64_t value = tunesmith::parse_int(following).value_or(0);
    if (argument == "--empty") {
      empty = true;
    } else if (argument == "--large" && value > 0) {
      large = value;
      ++i;
    } else if (argument == "--trial-ms" && value > 0) {
      trial_ms = static_cast<int>(value);
      ++i;
    } else {
      fmt::print(stderr, "usage: console_demo [--empty] [--large N] [--trial-ms N]\n");
      return 2;
    }
  }
  const auto end = [](int) { tunesmith::console::ended = 1; };
  std::signal(SIGTERM, end);
  std::signal(SIGINT, end);
  return tunesmith::console::run(empty, large, trial_ms);
}
