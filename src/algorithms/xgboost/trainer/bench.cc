// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/bench.h"

#include "algorithms/xgboost/trainer/data_set.h"
#include "algorithms/xgboost/trainer/training_loop.h"
#include "base/files.h"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using Config = std::map<std::string, std::string>;

struct Outcome {
  double seconds = 0;
  double cpu_seconds = 0;
  std::string metrics;  // JSON object
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<std::vector<Config>> read_configs(const std::string& path) {
  TUNESMITH_TRY(const auto text, read_file(path));
  boost::system::error_code ec;
  const auto value = json::parse(text, ec);
  if (ec || !value.is_array()) return Error{ErrorKind::kInvalid, path + " is not a JSON list"};
  std::vector<Config> configs;
  for (const auto& entry : value.get_array()) {
    if (!entry.is_object())
      return Error{ErrorKind::kInvalid, path + " lists something else than objects"};
    Config config;
    for (const auto& [name, member] : entry.get_object()) {
      config[std::string(name)] = hyperparameter_text(member);
    }
    configs.push_back(std::move(config));
  }
  return configs;
}

// The work of one trial in its fork: train, make the model's bytes, tell the last metrics.
[[noreturn]] void run_trial(const Library& library, const TrainingData& data, const Config& config,
                            int pipe) {
  const auto parameters = validate(config, Generation::kLegacy);
  if (!parameters) _exit(1);
  const auto trained = train(library, *parameters, data, {});
  if (!trained || !trained->booster.save()) _exit(1);
  json::object metrics;
  for (const auto& value : trained->last) metrics[value.name] = value.value;
  (void)write_all(pipe, json::serialize(metrics));
  _exit(0);
}

// Runs `order` on the lanes, each next trial on the first lane that is free. The seconds it took.
Result<double> run_pass(const Library& library, const TrainingData& data,
                        const std::vector<Config>& configs, const std::vector<std::size_t>& order,
                        int lanes, std::vector<Outcome>& outcomes) {
  struct Running {
    std::size_t index = 0;
    Clock::time_point start;
    FileDescriptor pipe;
  };
  std::map<pid_t, Running> running;
  const auto start = Clock::now();
  for (std::size_t next = 0; next < order.size() || !running.empty();) {
    if (next < order.size() && running.size() < static_cast<std::size_t>(lanes)) {
      int ends[2];
      if (pipe(ends) != 0) return Error::from_errno(errno, "pipe");
      Running trial{order[next], Clock::now(), FileDescriptor(ends[0])};
      const FileDescriptor writer(ends[1]);
      const pid_t pid = fork();
      if (pid < 0) return Error::from_errno(errno, "fork");
      if (pid == 0) run_trial(library, data, configs[order[next]], writer.get());
      running.emplace(pid, std::move(trial));
      ++next;
      continue;
    }
    int status = 0;
    rusage used{};
    const pid_t pid = wait4(-1, &status, 0, &used);
    if (pid < 0) return Error::from_errno(errno, "wait4");
    const auto found = running.find(pid);
    if (found == running.end()) continue;
    auto& outcome = outcomes[found->second.index];
    outcome.seconds = seconds_since(found->second.start);
    outcome.cpu_seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                          static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    // A trial's metrics are smaller than a pipe holds, so they are all there by now.
    char text[4096];
    const auto size = read(found->second.pipe.get(), text, sizeof text);
    outcome.metrics.assign(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      return Error{ErrorKind::kInternal,
                   fmt::format("configuration {} failed", found->second.index)};
    }
    running.erase(found);
  }
  return seconds_since(start);
}

}  // namespace

Result<void> run_bench(const Library& library, const BenchOptions& options) {
  TUNESMITH_TRY(const auto configs, read_configs(options.configs_path));
  if (configs.empty()) return Error{ErrorKind::kInvalid, "no configurations"};
  const auto loading = Clock::now();
  JobInput input;
  input.hyperparameters = configs.front();
  input.channels["train"] = {ContentType::kCsv,
                             {{"train", options.train_path, options.train_path}}};
  input.channels["validation"] = {
      ContentType::kCsv, {{"validation", options.validation_path, options.validation_path}}};
  TUNESMITH_TRY(const auto data, load_training_data(library, input, {}, false));
  TUNESMITH_TRY_VOID(warm_up(library, data, Binning::of(input.hyperparameters)));
  const double load_seconds = seconds_since(loading);

  std::vector<Outcome> outcomes(configs.size());
  std::vector<std::size_t> order(configs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  TUNESMITH_TRY(const double given_seconds,
                run_pass(library, data, configs, order, options.lanes, outcomes));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return outcomes[a].cpu_seconds > outcomes[b].cpu_seconds;
  });
  TUNESMITH_TRY(const double packed_seconds,
                run_pass(library, data, configs, order, options.lanes, outcomes));

  json::array trials;
  double cpu_seconds = 0;
  for (const auto& outcome : outcomes) {
    cpu_seconds += outcome.cpu_seconds;
    trials.push_back(json::object{{"seconds", outcome.seconds},
                                  {"cpu_seconds", outcome.cpu_seconds},
                                  {"metrics", json::parse(outcome.metrics)}});
  }
  const json::object report = {{"lanes", options.lanes},
                               {"load_seconds", load_seconds},
                               {"in_order_seconds", given_seconds},
                               {"packed_seconds", packed_seconds},
                               {"total_seconds", load_seconds + packed_seconds},
                               {"cpu_seconds", cpu_seconds},
                               {"trials", std::move(trials)}};
  fmt::print("{}\n", json::serialize(report));
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
