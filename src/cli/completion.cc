// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith completion`: a script that makes a shell complete commands and options. Made from the
// commands themselves, so that it can't fall behind.
#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

namespace tunesmith::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& program) {
  return program.get_subcommands(
      [](const CLI::App* command) { return !command->get_name().empty(); });
}

std::string options_of(const CLI::App& command) {
  std::string words;
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) words += (words.empty() ? "--" : " --") + name;
  }
  return words;
}

/// 'text' for a shell's single quotes.
std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4)
    text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

std::string bash(const CLI::App& program) {
  std::string names;
  std::string cases;
  for (const auto* command : commands_of(program)) {
    names += (names.empty() ? "" : " ") + command->get_name();
    cases +=
        fmt::format("    {}) words={} ;;\n", command->get_name(), quoted(options_of(*command)));
  }
  return fmt::format(
      "_tunesmith() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} words=\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W {} -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _tunesmith tunesmith\n",
      quoted(names), cases);
}

/// With what each command and option is for, as zsh shows it beside them.
std::string zsh(const CLI::App& program) {
  std::string names;
  std::string cases;
  for (const auto* command : commands_of(program)) {
    names += "\n    " + quoted(command->get_name() + ":" + command->get_description());
    std::string options;
    for (const CLI::Option* option : command->get_options()) {
      for (const auto& name : option->get_lnames())
        options += " " + quoted("--" + name + ":" + option->get_description());
    }
    cases += fmt::format("    {}) options=({} ) ;;\n", command->get_name(), options);
  }
  return fmt::format(
      "_tunesmith() {{\n"
      "  local -a commands options\n"
      "  commands=({}\n  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n{}  esac\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    _describe -o option options\n"
      "  else\n"
      "    _files\n"
      "  fi\n"
      "}}\n"
      "(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit -D }}\n"
      "compdef _tunesmith tunesmith\n",
      names, cases);
}

std::string fish(const CLI::App& program) {
  std::string out = "complete -c tunesmith -n __fish_use_subcommand -f\n";
  for (const auto* command : commands_of(program)) {
    out += fmt::format("complete -c tunesmith -n __fish_use_subcommand -a {} -d {}\n",
                       command->get_name(), quoted(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      for (const auto& name : option->get_lnames()) {
        out +=
            fmt::format("complete -c tunesmith -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                        command->get_name(), name, quoted(option->get_description()));
      }
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& program, Action& action) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand(
      "completion", "Print what makes a shell complete: eval \"$(tunesmith completion bash)\"");
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &program, &action] {
    action = [shell, &program] {
      fmt::print("{}", *shell == "bash"  ? bash(program)
                       : *shell == "zsh" ? zsh(program)
                                         : fish(program));
      return 0;
    };
  });
}

}  // namespace tunesmith::cli
