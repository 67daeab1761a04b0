// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith logs`: the log of a training job, of a tuning job's trial.
#include "base/clock.h"
#include "base/json_text.h"
#include "base/time_format.h"
#include "cli/common_options.h"
#include "cli/documents.h"
#include "cli/results.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <thread>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Options : JobOptions {
  bool follow = false, times = false;
  int trial = 0;  // 0: the best one
};

/// The training job that is meant: itself, or a trial of a tuning job.
Result<FoundJob> training_job_of(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(auto job, find_job(console, options.name));
  if (!job.is_tuning) return job;
  LiveState state;
  TUNESMITH_TRY(auto document, console.get(job.path()));
  TUNESMITH_TRY(auto trials, console.get(job.path() + "/trials"));
  state.job = std::move(document.as_object());
  state.trials = std::move(trials.at("trials").as_array());
  const json::object* chosen = nullptr;
  if (options.trial == 0 && !state.trials.empty()) chosen = ranked_trials(state).front();
  for (const auto& row : state.trials)
    if (integer_at(row.as_object(), "number") == options.trial) chosen = &row.as_object();
  if (chosen == nullptr)
    return Error(ErrorKind::kNotFound, fmt::format("{} has no trial {}", job.name, options.trial));
  return FoundJob{job.region, text_at(*chosen, "name"), false};
}

/// The service's logs hold a tab as "#011"; people get the tab.
std::string with_tabs(std::string text) {
  for (std::size_t at = 0; (at = text.find("#011", at)) != std::string::npos; ++at)
    text.replace(at, 4, "\t");
  return text;
}

void print_line(const json::array& line, const Options& options) {
  const std::string text(line.at(1).as_string());
  const bool timed = line.at(0).is_number();
  if (options.json) {
    fmt::print("{}\n", json_text(json::object{{"time", line.at(0)}, {"text", text}}));
  } else if (options.times && timed) {
    fmt::print("{} {}\n", format_iso8601(from_millis(line.at(0).to_number<std::int64_t>())),
               with_tabs(text));
  } else {
    fmt::print("{}\n", with_tabs(text));
  }
}

Result<void> run(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, training_job_of(console, options));
  std::int64_t next = 0;
  for (;;) {
    // The row first: the log of a job that has ended does not grow any more.
    TUNESMITH_TRY(const auto row, console.get(job.path()));
    const bool ended = row.at("ended").is_number();
    for (;;) {
      TUNESMITH_TRY(const auto chunk, console.get(fmt::format("{}/log?from={}", job.path(), next)));
      const auto& lines = chunk.at("lines").as_array();
      for (const auto& line : lines) print_line(line.as_array(), options);
      next = integer_at(chunk.as_object(), "next");
      if (lines.empty()) break;
    }
    std::fflush(stdout);
    if (ended || !options.follow) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace

void add_logs(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "logs", "Print the log of a training job, or of a trial of a tuning job");
  add_job_options(*command, *options, "Name of a training job, or of a tuning job");
  command->add_flag("-f,--follow", options->follow, "Go on until the job has ended");
  command->add_flag("--times", options->times, "Begin each line with its time");
  command->add_option("--trial", options->trial, "Of a tuning job: the trial (default: the best)")
      ->check(CLI::PositiveNumber);
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
