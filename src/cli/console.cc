// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith console`: a link that signs in once, opened in the browser.
#include "base/files.h"
#include "base/json_text.h"
#include "cli/common_options.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace tunesmith::cli {
namespace {

struct Options : JobOptions {
  bool print = false;
};

/// Whether there is a screen to open a browser on.
bool has_screen() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the command has one thread
  return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
}

bool open_browser(std::string url) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::string program = "xdg-open";
  std::array<char*, 3> argv = {program.data(), url.data(), nullptr};
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return failed == 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

int run(const Options& options) {
  std::string url;
  const int failed = with_console(options.data_dir, [&](ConsoleClient& console) -> Result<void> {
    TUNESMITH_TRY(const std::string link, one_time_link(app::DataDirectory(options.data_dir)));
    url = console.url() + "/_console/" + link;
    return {};
  });
  if (failed != 0) return failed;
  if (options.json) {
    fmt::print("{}\n", json_text(boost::json::object{{"url", url}}));
    return 0;
  }
  if (!options.print && has_screen() && open_browser(url)) {
    fmt::print("The console is open in your browser.\n");
    return 0;
  }
  fmt::print("{}\n", url);
  fmt::print(stderr, "The link signs you in once, within five minutes.\n");
  return 0;
}

}  // namespace

void add_console(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("console", "Open the console, signed in");
  add_job_options(*command, *options, "");
  command->add_flag("--print", options->print, "Only print the link");
  command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace tunesmith::cli
