// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"
#include "cli/commands.h"
#include "cli/results.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>

#include <memory>

namespace tunesmith::cli {
namespace {

struct Options {
  std::string data_dir, name;
  bool json = false;
  std::int64_t patience = kServerPatience.count();
};

int run(const Options& options) {
  auto console = ConsoleClient::connect(options.data_dir);
  if (!console) return fail(console.error().message);
  const auto job = find_tuning_job(**console, options.name);
  if (!job) return fail(job.error().message);
  const auto state = follow(**console, *job, options.json, std::chrono::seconds(options.patience));
  if (!state) return fail(state.error().message);
  const auto summary = summary_of(*state);
  if (options.json) {
    fmt::print("{}\n", json_text(summary));
  } else if (Terminal::of_stdout().is_terminal) {
    fmt::print("{}\n\n", status_line(*state));
    print_results(*state, 10);
  }
  return summary.at("status").as_string() == "Failed" ? 1 : 0;
}

}  // namespace

void add_watch(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("watch", "Follow a tuning job until it ends");
  add_data_dir(*command, options->data_dir);
  command->add_option("name", options->name, "Name of the tuning job")->required();
  command->add_flag("--json", options->json, "Print the outcome as JSON, and nothing before");
  command
      ->add_option("--patience", options->patience,
                   "Seconds to wait for a server that goes away, to come back")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
