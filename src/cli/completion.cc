// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith completion`: a script that makes a shell complete commands, options, their values and
// names of jobs. Made from the commands themselves, so that it can't fall behind.
#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& program) {
  return program.get_subcommands(
      [](const CLI::App* command) { return !command->get_name().empty(); });
}

/// What may stand after an option or in place of a name: words, or what these two stand for.
constexpr std::string_view kFiles = "@files";
constexpr std::string_view kJobs = "@jobs";
// Prints the names of jobs; quiet where there is no server.
constexpr std::string_view kJobNames = "tunesmith jobs --names 2> /dev/null";

/// "json csv" of an option that takes one of these; files for any other value.
std::string values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();  // "TEXT:{json,csv}"
  const auto begin = type.find('{');
  const auto end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos) return std::string(kFiles);
  std::string words = type.substr(begin + 1, end - begin - 1);
  std::replace(words.begin(), words.end(), ',', ' ');
  return words;
}

/// What stands behind the command itself: a job's name, one of a few words, its own commands.
std::string arguments_of(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional() && option->get_lnames().empty())
      return option->get_name() == "name" ? std::string(kJobs) : values_of(*option);
  }
  std::string words;
  for (const auto* inner : commands_of(command)) words += " " + inner->get_name();
  return words.empty() ? std::string(kFiles) : words.substr(1);
}

/// Calls `each(option, "--name")` for every long name.
template <class Each>
void for_each_option(const CLI::App& command, const Each& each) {
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) each(*option, "--" + name);
  }
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

/// 'text' for a shell's single quotes.
std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4)
    text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

/// Sets `values` to what may stand at the cursor, for bash and zsh alike.
std::string values_by_option(const CLI::App& command, std::string_view previous) {
  std::string cases;
  for_each_option(command, [&](const CLI::Option& option, const std::string& name) {
    if (takes_value(option))
      cases += fmt::format("{}) values={} ;; ", name, quoted(values_of(option)));
  });
  return fmt::format("case {} in {}*) values={} ;; esac", previous, cases,
                     quoted(arguments_of(command)));
}

std::string bash(const CLI::App& program) {
  std::string names;
  std::string cases;
  for (const auto* command : commands_of(program)) {
    names += (names.empty() ? "" : " ") + command->get_name();
    std::string options;
    for_each_option(*command, [&](const CLI::Option&, const std::string& name) {
      options += (options.empty() ? "" : " ") + name;
    });
    cases += fmt::format("    {})\n      options={}\n      {} ;;\n", command->get_name(),
                         quoted(options), values_by_option(*command, "$previous"));
  }
  return fmt::format(
      "_tunesmith() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  local options= values=\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W {} -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    values=$options\n"
      "  elif [[ $values == {} ]]; then\n"
      "    values=$({})\n"
      "  elif [[ $values == {} ]]; then\n"
      "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  COMPREPLY=($(compgen -W \"$values\" -- \"$current\"))\n"
      "}}\n"
      "complete -o filenames -F _tunesmith tunesmith\n",
      quoted(names), cases, kJobs, kJobNames, kFiles);
}

/// With what each command and option is for, as zsh shows it beside them.
std::string zsh(const CLI::App& program) {
  std::string names;
  std::string cases;
  for (const auto* command : commands_of(program)) {
    names += "\n    " + quoted(command->get_name() + ":" + command->get_description());
    std::string options;
    for_each_option(*command, [&](const CLI::Option& option, const std::string& name) {
      options += " " + quoted(name + ":" + option.get_description());
    });
    cases += fmt::format("    {})\n      options=({} )\n      {} ;;\n", command->get_name(),
                         options, values_by_option(*command, "$words[CURRENT-1]"));
  }
  return fmt::format(
      "_tunesmith() {{\n"
      "  local -a commands options\n"
      "  local values=\n"
      "  commands=({}\n  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n{}  esac\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    _describe -o option options\n"
      "  elif [[ $values == {} ]]; then\n"
      "    compadd -- ${{(f)\"$({})\"}}\n"
      "  elif [[ $values == {} ]]; then\n"
      "    _files\n"
      "  else\n"
      "    compadd -- ${{=values}}\n"
      "  fi\n"
      "}}\n"
      "(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit -D }}\n"
      "compdef _tunesmith tunesmith\n",
      names, cases, kJobs, kJobNames, kFiles);
}

/// fish's -a: words, or a command that prints them.
std::string fish_arguments(const std::string& values) {
  if (values == kFiles) return {};
  return " -f -a " + quoted(values == kJobs ? fmt::format("({})", kJobNames) : values);
}

std::string fish(const CLI::App& program) {
  std::string out = "complete -c tunesmith -n __fish_use_subcommand -f\n";
  for (const auto* command : commands_of(program)) {
    out += fmt::format("complete -c tunesmith -n __fish_use_subcommand -a {} -d {}\n",
                       command->get_name(), quoted(command->get_description()));
    const auto line = fmt::format("complete -c tunesmith -n '__fish_seen_subcommand_from {}'",
                                  command->get_name());
    if (const auto arguments = fish_arguments(arguments_of(*command)); !arguments.empty())
      out += line + arguments + "\n";
    for_each_option(*command, [&](const CLI::Option& option, const std::string& name) {
      out +=
          fmt::format("{} -l {} -d {}{}\n", line, name.substr(2), quoted(option.get_description()),
                      takes_value(option) ? " -r" + fish_arguments(values_of(option)) : "");
    });
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
