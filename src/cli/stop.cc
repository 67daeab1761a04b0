// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith stop`: stops a tuning job or a training job.
#include "base/json_text.h"
#include "cli/common_options.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::cli {
namespace {

Result<void> run(ConsoleClient& console, const JobOptions& options) {
  TUNESMITH_TRY(const auto job, find_job(console, options.name));
  TUNESMITH_TRY_VOID(console.post(job.path() + "/stop"));
  if (options.json) {
    fmt::print("{}\n", json_text(boost::json::object{{"name", job.name}, {"status", "Stopping"}}));
  } else {
    fmt::print("{} stops\n", job.name);
  }
  return {};
}

}  // namespace

void add_stop(CLI::App& program, Action& action) {
  auto options = std::make_shared<JobOptions>();
  CLI::App* command = program.add_subcommand("stop", "Stop a tuning job or a training job");
  add_job_options(*command, *options, "Name of the job");
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
