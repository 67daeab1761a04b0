// SPDX-License-Identifier: Apache-2.0
//
// What the commands about jobs have in common: their options, and running with a signed-in client.
#pragma once

#include "cli/commands.h"
#include "cli/console_client.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tunesmith::cli {

struct JobOptions {
  std::string data_dir, name;
  bool json = false;
};

/// Adds --data-dir, --json and, if `name_help` is not empty, the job's name.
inline void add_job_options(CLI::App& command, JobOptions& options, const std::string& name_help) {
  add_data_dir(command, options.data_dir);
  if (!name_help.empty()) command.add_option("name", options.name, name_help)->required();
  command.add_flag("--json", options.json, "Print JSON");
}

/// Connects, runs `body`, prints what went wrong; the exit status.
inline int with_console(const std::string& data_dir,
                        const std::function<Result<void>(ConsoleClient&)>& body) {
  auto console = ConsoleClient::connect(data_dir);
  if (!console) return fail(console.error().message);
  const auto done = body(**console);
  return done ? 0 : fail(done.error().message);
}

}  // namespace tunesmith::cli
