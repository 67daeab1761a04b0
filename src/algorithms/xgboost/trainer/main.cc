// SPDX-License-Identifier: Apache-2.0
//
// tunesmith-xgboost: the built-in XGBoost algorithm as a program. See usage() for its commands.
#include "algorithms/xgboost/inference/serve.h"
#include "algorithms/xgboost/trainer/bench.h"
#include "algorithms/xgboost/trainer/distributed.h"
#include "algorithms/xgboost/trainer/host.h"
#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace xgb = tunesmith::algorithms::xgboost;

constexpr int kWrongUse = 2;

constexpr std::string_view kUsage = R"(Usage: tunesmith-xgboost COMMAND [OPTIONS]

Commands:
  train --root DIR [--threads N]
        Trains once: reads DIR/input as a training container finds it in /opt/ml/input, writes
        DIR/model/xgboost-model or DIR/output/failure, logs metrics to standard output. Several hosts
        in DIR/input/config/resourceconfig.json are as many processes.
  host --socket PATH | --listen-fd N  [--idle-seconds N] [--cache-bytes N]
        Serves trials over a local socket: holds parsed data, forks a confined child for each trial.
        Ends when idle (default: 60 s).
  serve --model FILE [--socket-fd N] [--threads N] [--legacy 0|1]
        Holds the model of a model.tar.gz, confined, and answers requests for predictions over the
        socket with that number (default 3) until it is closed.
  bench --train FILE --validation FILE --configs JSON [--lanes N]
        Trains a JSON list of hyperparameter objects as forks of one loaded data set, N at a time
        (default 2), longest first, and prints times and last metrics as JSON.
  version
        Prints the version of the XGBoost library.

Options:
  --library PATH   the XGBoost library (default: the installed one, or $TUNESMITH_XGBOOST_LIBRARY)
  --help           this text

Exit status: 0 success, 1 failure, 2 wrong use; train: 143 when stopped by SIGTERM with no model kept.
)";

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_terminate(int) { stop_requested.store(true, std::memory_order_relaxed); }

using Options = std::map<std::string, std::string>;

int wrong_use(const std::string& why) {
  fmt::print(stderr, "tunesmith-xgboost: {}\n{}", why, kUsage);
  return kWrongUse;
}

std::optional<Options> parse_options(const std::vector<std::string>& arguments,
                                     const std::vector<std::string_view>& known, std::string& why) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const auto& name = arguments[i];
    const bool is_known =
        name == "--library" || std::find(known.begin(), known.end(), name) != known.end();
    if (!is_known) {
      why = fmt::format("unknown option {}", name);
      return std::nullopt;
    }
    if (i + 1 == arguments.size()) {
      why = fmt::format("{} needs a value", name);
      return std::nullopt;
    }
    options[name] = arguments[i + 1];
  }
  return options;
}

int number_or(const Options& options, const std::string& name, int fallback) {
  const auto found = options.find(name);
  if (found == options.end()) return fallback;
  const auto value = tunesmith::parse_int(found->second);
  return value && *value > 0 && *value < (1 << 30) ? static_cast<int>(*value) : 0;
}

std::string library_path(const Options& options) {
  const auto given = options.find("--library");
  return xgb::find_library(given == options.end() ? "" : given->second);
}

int failed(const tunesmith::Error& error) {
  fmt::print(stderr, "tunesmith-xgboost: {}\n", error.message);
  return 1;
}

int run_train(const Options& options) {
  const auto root = options.find("--root");
  if (root == options.end()) return wrong_use("train needs --root");
  const int threads = number_or(options, "--threads", 1);
  if (threads == 0) return wrong_use("--threads needs a positive number");
  const auto library = xgb::load_library(library_path(options));
  if (!library) return failed(library.error());
  struct sigaction action{};
  action.sa_handler = on_terminate;
  sigaction(SIGTERM, &action, nullptr);
  const auto should_stop = [] { return stop_requested.load(std::memory_order_relaxed); };
  const auto hosts = xgb::read_hosts(root->second);
  if (!hosts) return failed(hosts.error());
  std::error_code ec;
  const auto absolute = std::filesystem::absolute(root->second, ec);
  return xgb::run_confined_job(**library, {absolute.string(), *hosts, threads, should_stop});
}

int run_host_command(const Options& options) {
  xgb::HostOptions host;
  const auto given = [&](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  host.library_path = library_path(options);
  host.socket_path = given("--socket");
  if (const auto text = given("--listen-fd"); !text.empty()) {
    const auto fd = tunesmith::parse_int(text);
    if (!fd || *fd < 0 || *fd > 1 << 20)
      return wrong_use("--listen-fd needs a descriptor's number");
    host.listener = tunesmith::FileDescriptor(static_cast<int>(*fd));
  }
  if (host.socket_path.empty() == !host.listener)
    return wrong_use("host needs either --socket or --listen-fd");
  const int idle = number_or(options, "--idle-seconds", 60);
  if (idle == 0) return wrong_use("--idle-seconds needs a positive number");
  host.idle = std::chrono::seconds(idle);
  if (const auto text = given("--cache-bytes"); !text.empty()) {
    const auto bytes = tunesmith::parse_int(text);
    if (!bytes || *bytes < 1) return wrong_use("--cache-bytes needs a positive number");
    host.cache_bytes = static_cast<std::size_t>(*bytes);
  }
  const auto served = xgb::run_host(std::move(host));
  // Somebody else does the work already: as good.
  if (served || served.error().kind == tunesmith::ErrorKind::kAlreadyExists) return 0;
  return failed(served.error());
}

int run_bench_command(const Options& options) {
  xgb::BenchOptions bench;
  for (const auto& [name, field] :
       {std::pair("--train", &bench.train_path), std::pair("--validation", &bench.validation_path),
        std::pair("--configs", &bench.configs_path)}) {
    const auto found = options.find(name);
    if (found == options.end()) return wrong_use(fmt::format("bench needs {}", name));
    *field = found->second;
  }
  bench.lanes = number_or(options, "--lanes", 2);
  if (bench.lanes == 0) return wrong_use("--lanes needs a positive number");
  const auto library = xgb::load_library(library_path(options));
  if (!library) return failed(library.error());
  const auto done = xgb::run_bench(**library, bench);
  return done ? 0 : failed(done.error());
}

int run_serve_command(const Options& options) {
  xgb::ServeOptions serve;
  const auto model = options.find("--model");
  if (model == options.end()) return wrong_use("serve needs --model");
  serve.model = model->second;
  serve.library_path = library_path(options);
  serve.socket = number_or(options, "--socket-fd", 3);
  serve.threads = number_or(options, "--threads", 1);
  if (serve.socket == 0 || serve.threads == 0)
    return wrong_use("--socket-fd and --threads need a positive number");
  const auto legacy = options.find("--legacy");
  if (legacy != options.end() && legacy->second == "1") serve.generation = xgb::Generation::kLegacy;
  return xgb::run_serve(serve);
}

struct Command {
  std::string_view name;
  std::vector<std::string_view> options;
  int (*run)(const Options&);
};

int run_version(const Options& options) {
  const auto library = xgb::load_library(library_path(options));
  if (!library) return failed(library.error());
  fmt::print("{}\n", xgb::version_text(**library));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    fmt::print("{}", kUsage);
    return 0;
  }
  const std::vector<Command> commands = {
      {"train", {"--root", "--threads"}, run_train},
      {"host", {"--socket", "--listen-fd", "--idle-seconds", "--cache-bytes"}, run_host_command},
      {"bench", {"--train", "--validation", "--configs", "--lanes"}, run_bench_command},
      {"serve", {"--model", "--socket-fd", "--threads", "--legacy"}, run_serve_command},
      {"version", {}, run_version}};
  if (arguments.empty()) return wrong_use("no command");
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& c) { return c.name == arguments.front(); });
  if (command == commands.end()) return wrong_use("unknown command " + arguments.front());
  std::string why;
  const auto options =
      parse_options({arguments.begin() + 1, arguments.end()}, command->options, why);
  if (!options) return wrong_use(why);
  return command->run(*options);
}
