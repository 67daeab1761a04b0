// SPDX-License-Identifier: Apache-2.0
#include "app/client_files.h"
#include "app/data_directory.h"
#include "base/json_text.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>

#include <cstdlib>
#include <memory>

namespace tunesmith::cli {
namespace {

struct Options {
  std::string data_dir;
  std::string format = "shell";
  bool no_proxy = false;
  bool is_public = false;
};

/// 'text' for a POSIX shell.
std::string shell_quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

/// For fish, which knows backslashes between single quotes.
std::string fish_quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

int run(const Options& options) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the command has one thread
  const char* no_proxy = std::getenv("NO_PROXY");
  const auto environment = app::client_environment(app::DataDirectory(options.data_dir),
                                                   options.is_public  ? app::Reach::kPublic
                                                   : options.no_proxy ? app::Reach::kDirect
                                                                      : app::Reach::kProxy,
                                                   no_proxy != nullptr ? no_proxy : "");
  if (!environment) return fail(environment.error().message);
  std::string out;
  if (options.format == "json") {
    boost::json::object object;
    for (const auto& [name, value] : environment->set) object[name] = value;
    out = json_text(object) + "\n";
  } else if (options.format == "ipython") {
    out = "import os\n";
    for (const auto& [name, value] : environment->set) {
      out += fmt::format("os.environ[\"{}\"] = {}\n", name,
                         boost::json::serialize(boost::json::string(value)));
    }
    for (const auto& name : environment->unset)
      out += fmt::format("os.environ.pop(\"{}\", None)\n", name);
  } else if (options.format == "fish") {
    for (const auto& [name, value] : environment->set)
      out += fmt::format("set -gx {} {}\n", name, fish_quote(value));
    for (const auto& name : environment->unset) out += fmt::format("set -e {}\n", name);
  } else if (options.format == "dotenv") {
    for (const auto& [name, value] : environment->set)
      out += fmt::format("{}=\"{}\"\n", name, value);
  } else {
    for (const auto& [name, value] : environment->set)
      out += fmt::format("export {}={}\n", name, shell_quote(value));
    for (const auto& name : environment->unset) out += fmt::format("unset {}\n", name);
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return 0;
}

}  // namespace

void add_env(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "env",
      "Print the environment that makes AWS clients talk to the server: eval \"$(tunesmith env)\"");
  add_data_dir(*command, options->data_dir);
  command
      ->add_option("--format", options->format,
                   "shell, fish, ipython (paste into a running notebook), dotenv or json")
      ->check(CLI::IsMember({"shell", "fish", "ipython", "dotenv", "json"}))
      ->capture_default_str();
  command->add_flag(
      "--no-proxy", options->no_proxy,
      "Leave the proxy out: calls that go to amazonaws.com by name then reach the real AWS");
  command->add_flag("--public", options->is_public,
                    "The TLS address, for clients on other machines; copy the file of "
                    "AWS_CA_BUNDLE to them");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
