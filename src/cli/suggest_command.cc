// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/suggest.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace tunesmith::cli {

void add_suggest(CLI::App& program, Action& action) {
  CLI::App* command = program.add_subcommand(
      "suggest",
      "The search engine alone: JSON requests on standard input, answers on standard output");
  auto explain = std::make_shared<bool>(false);
  command->add_flag("--explain", *explain,
                    "Say on standard error why each point, and in the end what was learned");
  command->callback([&action, explain] {
    action = [explain] {
      std::ios::sync_with_stdio(false);
      return run_suggest_session(std::cin, std::cout, *explain ? &std::cerr : nullptr);
    };
  });
}

}  // namespace tunesmith::cli
