// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith export`: a tuning job's trials as comma-separated values, or as JSON.
#include "base/files.h"
#include "cli/common_options.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <cstdio>

namespace tunesmith::cli {
namespace {

struct Options : JobOptions {
  std::string output;
};

Result<void> run(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, find_tuning_job(console, options.name));
  TUNESMITH_TRY(const std::string text,
                console.get_text(job.path() + (options.json ? "/trials" : "/trials?format=csv")));
  if (!options.output.empty()) return write_file_durably(options.output, text, 0644);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (options.json) fmt::print("\n");
  return {};
}

}  // namespace

void add_export(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("export", "Write the trials of a tuning job as CSV (or JSON)");
  add_job_options(*command, *options, "Name of the tuning job");
  command->add_option("-o,--output", options->output, "A file (default: standard output)");
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
