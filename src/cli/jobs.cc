// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith jobs`: the tuning jobs of a server, and its other training jobs.
#include "base/clock.h"
#include "base/json_text.h"
#include "base/strings.h"
#include "cli/common_options.h"
#include "cli/documents.h"
#include "cli/terminal.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Options : JobOptions {
  std::string status, contains;
  bool training = false, names = false;
  int limit = 50;
};

std::string length_of(const json::object& job) {
  const std::int64_t end = job.at("ended").is_number() ? job.at("ended").to_number<std::int64_t>()
                                                       : to_millis(SystemClock().now());
  return duration_text(static_cast<double>(end - integer_at(job, "created")) / 1000);
}

void print_tuning_jobs(const json::array& jobs) {
  const Terminal terminal = Terminal::of_stdout();
  std::vector<std::vector<std::string>> rows = {
      {"name", "status", "strategy", "best", "metric", "trials", "duration", "created", ""}};
  for (const auto& entry : jobs) {
    const auto& job = entry.as_object();
    const auto& trials = job.at("trials").as_object();
    const auto* best = job.at("best").if_object();
    const auto value = best != nullptr ? number_at(*best, "value") : std::nullopt;
    std::vector<double> curve;
    const auto& best_so_far = job.at("best_so_far").as_array();
    const std::size_t columns = std::min<std::size_t>(20, best_so_far.size());
    for (std::size_t i = 0; i < columns; ++i) {
      const auto& v = best_so_far[(i + 1) * best_so_far.size() / columns - 1];
      if (v.is_number()) curve.push_back(v.to_number<double>());
    }
    rows.push_back({text_at(job, "name"), text_at(job, "status"), text_at(job, "strategy"),
                    value ? short_number(*value) : "-",
                    text_at(job.at("objective").as_object(), "metric"),
                    fmt::format("{}/{}",
                                integer_at(trials, "completed") + integer_at(trials, "failed") +
                                    integer_at(trials, "stopped"),
                                integer_at(trials, "max")),
                    length_of(job), time_text(job.at("created")), sparkline(curve, 20)});
  }
  print_table(terminal, rows, {false, false, false, true, false, true, true, false, false});
}

void print_training_jobs(const json::array& jobs) {
  std::vector<std::vector<std::string>> rows = {{"name", "status", "duration", "created"}};
  for (const auto& entry : jobs) {
    const auto& job = entry.as_object();
    rows.push_back({text_at(job, "name"), text_at(job, "status"), length_of(job),
                    time_text(job.at("created"))});
  }
  print_table(Terminal::of_stdout(), rows, {false, false, true, false});
}

Result<void> run(ConsoleClient& console, const Options& options) {
  const std::string query = fmt::format("limit={}&status={}&name={}", options.limit,
                                        uri_encode(options.status), uri_encode(options.contains));
  const char* list = options.training ? "training_jobs" : "tuning_jobs";
  TUNESMITH_TRY(const auto page,
                console.get((options.training ? "training-jobs?" : "tuning-jobs?") + query));
  const auto& jobs = page.at(list).as_array();
  if (options.json) {
    fmt::print("{}\n", json_text(jobs));
  } else if (options.names) {
    for (const auto& job : jobs) fmt::print("{}\n", text_at(job.as_object(), "name"));
  } else if (jobs.empty()) {
    fmt::print("no jobs\n");
  } else if (options.training) {
    print_training_jobs(jobs);
  } else {
    print_tuning_jobs(jobs);
  }
  return {};
}

}  // namespace

void add_jobs(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("jobs", "List tuning jobs, the youngest first");
  add_job_options(*command, *options, "");
  command->add_flag("--training", options->training,
                    "List training jobs that belong to no tuning job instead");
  command
      ->add_option("--status", options->status, "InProgress, Completed, Failed, Stopping, Stopped")
      ->check(CLI::IsMember({"InProgress", "Completed", "Failed", "Stopping", "Stopped"}));
  command->add_option("--name", options->contains, "A part of the name");
  command->add_flag("--names", options->names, "Print the names alone, one a line");
  command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
