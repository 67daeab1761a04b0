// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith backup`, `restore` and `verify`.
#include "backup/backup.h"

#include "base/json_text.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/stat.h>

#include <cstdio>
#include <memory>

#include "backup/restore.h"
#include "backup/verify.h"

namespace tunesmith::cli {
namespace {

struct Options {
  std::string data_dir;
  std::string folder;
  bool json = false;
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int run_backup(const Options& options) {
  ::umask(077);
  const auto report = backup::back_up(options.data_dir, options.folder);
  if (!report) return fail(report.error().message);
  if (options.json) {
    print(json_text(boost::json::object{{"blobs", report->blobs},
                                        {"copied_blobs", report->copied_blobs},
                                        {"copied_bytes", report->copied_bytes},
                                        {"copied_logs", report->logs}}) +
          "\n");
  } else {
    print(fmt::format("{} holds {} blobs; {} of {} bytes were new, and {} logs\n", options.folder,
                      report->blobs, report->copied_blobs, report->copied_bytes, report->logs));
  }
  return 0;
}

int run_restore(const Options& options) {
  ::umask(077);
  const auto done = backup::restore(options.folder, options.data_dir);
  if (!done) return fail(done.error().message);
  print(fmt::format("restored to {}: run 'tunesmith verify --data-dir {}' to check every byte\n",
                    options.data_dir, options.data_dir));
  return 0;
}

int run_verify(const Options& options) {
  auto report = backup::verify(options.data_dir);
  if (!report && !options.json) return fail(report.error().message);
  if (options.json) {
    // That a database can't be opened is a problem like others to a program that watches.
    if (!report) report = backup::VerifyReport{.problems = {report.error().message}};
    boost::json::array problems;
    for (const auto& problem : report->problems) problems.emplace_back(problem);
    print(json_text(boost::json::object{{"blobs", report->blobs},
                                        {"bytes", report->bytes},
                                        {"problems", problems},
                                        {"more_problems", report->more_problems}}) +
          "\n");
  } else {
    for (const auto& problem : report->problems) print(problem + "\n");
    print(fmt::format("{} blobs of {} bytes checked: {}{} problems\n", report->blobs, report->bytes,
                      report->more_problems ? "more than " : "", report->problems.size()));
  }
  return report->problems.empty() ? 0 : 1;
}

CLI::App* add(CLI::App& program, Action& action, Options& options, const char* name,
              const char* what, std::function<int()> run) {
  CLI::App* command = program.add_subcommand(name, what);
  add_data_dir(*command, options.data_dir);
  command->callback([run = std::move(run), &action] { action = run; });
  return command;
}

}  // namespace

void add_backup(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add(program, action, *options, "backup",
                          "Copy a data directory, in use or not, as it is at one instant",
                          [options] { return run_backup(*options); });
  command
      ->add_option("folder", options->folder,
                   "Where to; that of an earlier backup takes only what is new. It will hold keys "
                   "and secrets")
      ->required();
  command->add_flag("--json", options->json, "Print a document for programs");
}

void add_restore(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add(program, action, *options, "restore",
                          "Make a data directory, which must be missing or empty, of a backup",
                          [options] { return run_restore(*options); });
  command->add_option("folder", options->folder, "The backup")->required();
}

void add_verify(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add(program, action, *options, "verify",
          "Check every stored byte and every reference of a data directory or a backup",
          [options] { return run_verify(*options); });
  command->add_flag("--json", options->json, "Print a document for programs");
}

}  // namespace tunesmith::cli
