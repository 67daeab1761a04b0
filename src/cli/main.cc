// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith`: parses the command line and runs the command it names.
#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

int main(int argc, char** argv) {
  using namespace tunesmith::cli;  // NOLINT(google-build-using-namespace)
  CLI::App program(
      "Tunesmith: hyperparameter tuning with the Amazon SageMaker API, on your own machine.",
      "tunesmith");
  program.set_version_flag("--version", "tunesmith " TUNESMITH_VERSION);
  program.require_subcommand(1);
  Action action;
  add_serve(program, action);
  add_env(program, action);
  add_backup(program, action);
  add_restore(program, action);
  add_verify(program, action);
  add_tune(program, action);
  add_watch(program, action);
  add_jobs(program, action);
  add_describe(program, action);
  add_logs(program, action);
  add_best(program, action);
  add_export(program, action);
  add_report(program, action);
  add_stop(program, action);
  add_console(program, action);
  add_doctor(program, action);
  add_user(program, action);
  add_suggest(program, action);
  add_completion(program, action);
  // The parser's own word for it, "a subcommand is required", does not say which is wrong.
  const auto is_named = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
  if (argc > 1 && *argv[1] != '-' && program.get_subcommands(is_named).empty()) {
    fail(fmt::format("there is no command '{}': tunesmith --help lists them", argv[1]));
    return 2;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return program.exit(e) == 0 ? 0 : 2;
  }
  try {
    return action();
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}
