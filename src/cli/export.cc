// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith export`: a tuning job's trials as comma-separated values, as JSON or as Parquet.
#include "base/files.h"
#include "cli/common_options.h"
#include "cli/terminal.h"

#include <unistd.h>

#include <memory>
#include <string>

namespace tunesmith::cli {
namespace {

struct Options : JobOptions {
  std::string output;
  std::string format = "csv";
};

Result<std::string> trials_of(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, find_tuning_job(console, options.name));
  TUNESMITH_TRY(auto trials, console.get_text(job.path() + "/trials?format=" + options.format));
  if (options.format == "json") trials += '\n';
  return trials;
}

Result<void> run(ConsoleClient& console, Options options) {
  if (options.json) options.format = "json";
  if (options.format == "parquet" && options.output.empty() && ::isatty(STDOUT_FILENO) == 1) {
    return Error(ErrorKind::kInvalid, "Parquet is nothing for a terminal: give --output FILE");
  }
  TUNESMITH_TRY(const std::string trials, trials_of(console, options));
  if (!options.output.empty()) return write_file_durably(options.output, trials, 0644);
  return write_all(STDOUT_FILENO, ::isatty(STDOUT_FILENO) == 1 ? printable(trials) : trials);
}

}  // namespace

void add_export(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("export", "Write the trials of a tuning job as CSV, JSON or Parquet");
  add_job_options(*command, *options, "Name of the tuning job");
  command->add_option("-o,--output", options->output, "A file (default: standard output)");
  command->add_option("--format", options->format, "csv (default), json or parquet")
      ->check(CLI::IsMember({"csv", "json", "parquet"}));
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
