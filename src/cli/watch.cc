// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/display.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <memory>

namespace tunesmith::cli {
namespace {

struct Options {
  std::string data_dir, name;
  bool json = false;
};

int run(const Options& options) {
  auto server = ServerClient::connect(options.data_dir, false);
  if (!server) return fail(server.error().message);
  const auto description = follow_tuning_job(**server, options.name, options.json);
  if (!description) return fail(description.error().message);
  const auto summary = summary_of(*description);
  if (options.json) std::printf("%s\n", boost::json::serialize(summary).c_str());
  return summary.at("status").as_string() == "Failed" ? 1 : 0;
}

}  // namespace

void add_watch(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("watch", "Follow a tuning job until it ends");
  add_data_dir(*command, options->data_dir);
  command->add_option("name", options->name, "Name of the tuning job")->required();
  command->add_flag("--json", options->json, "Print the outcome as JSON, and nothing before");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
