// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/suggest.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace tunesmith::cli {

void add_suggest(CLI::App& program, Action& action) {
  CLI::App* command = program.add_subcommand(
      "suggest",
      "The search engine alone: JSON requests on standard input, answers on standard output");
  command->callback([&action] {
    action = [] {
      std::ios::sync_with_stdio(false);
      return run_suggest_session(std::cin, std::cout);
    };
  });
}

}  // namespace tunesmith::cli
