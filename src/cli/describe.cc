// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith describe`: all about a tuning job or a training job.
#include "cli/common_options.h"
#include "cli/documents.h"
#include "cli/results.h"
#include "cli/terminal.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t width = 0;
  for (const auto& [name, value] : pairs)
    if (!value.empty()) width = std::max(width, columns_of(name));
  for (const auto& [name, value] : pairs)
    if (!value.empty()) fmt::print("{}  {}\n", pad(name, width), value);
}

std::string range_text(const json::object& range) {
  if (text_at(range, "kind") == "Categorical") {
    std::string out;
    for (const auto& value : range.at("values").as_array())
      out += (out.empty() ? "" : ", ") + std::string(value.as_string());
    return out;
  }
  return fmt::format("{} .. {} ({}, {})", text_at(range, "min"), text_at(range, "max"),
                     text_at(range, "kind"), text_at(range, "scaling"));
}

Result<void> describe_tuning_job(ConsoleClient& console, const FoundJob& job) {
  LiveState state;
  TUNESMITH_TRY(auto document, console.get(job.path()));
  TUNESMITH_TRY(auto trials, console.get(job.path() + "/trials"));
  state.job = std::move(document.as_object());
  state.trials = std::move(trials.at("trials").as_array());
  const auto& limits = state.job.at("limits").as_object();
  const auto& definitions = state.job.at("definitions").as_array();
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"name", text_at(state.job, "name")},
      {"status", text_at(state.job, "status")},
      {"failure", text_at(state.job, "failure_reason")},
      {"strategy", fmt::format("{}, {} trials, {} at a time, seed {}",
                               text_at(state.job, "strategy"), integer_at(limits, "max_trials"),
                               integer_at(limits, "max_parallel"), text_at(state.job, "seed"))},
      {"created", time_text(state.job.at("created"))},
      {"ended", time_text(state.job.at("ended"))}};
  for (const auto& entry : definitions) {
    const auto& definition = entry.as_object();
    const auto& objective = definition.at("objective").as_object();
    if (definitions.size() > 1) pairs.emplace_back("definition", text_at(definition, "name"));
    pairs.emplace_back("objective",
                       text_at(objective, "direction") + " " + text_at(objective, "metric"));
    for (const auto& range : definition.at("ranges").as_array())
      pairs.emplace_back("range " + text_at(range.as_object(), "name"),
                         range_text(range.as_object()));
  }
  print_pairs(pairs);
  fmt::print("\n");
  print_results(state, 10);
  return {};
}

void describe_training_job(const json::object& job) {
  std::vector<std::pair<std::string, std::string>> pairs = {
      {"name", text_at(job, "name")},
      {"status", text_at(job, "status") + ", " + text_at(job, "secondary_status")},
      {"failure", text_at(job, "failure_reason")}};
  if (const auto* parent = job.at("tuning_job").if_object())
    pairs.emplace_back("tuning job", fmt::format("{}, trial {}", text_at(*parent, "name"),
                                                 integer_at(job, "trial")));
  for (const auto& metric : job.at("final_metrics").as_array()) {
    const auto value = number_at(metric.as_object(), "value");
    pairs.emplace_back(text_at(metric.as_object(), "name"), value ? short_number(*value) : "-");
  }
  for (const auto& [name, value] : job.at("hyperparameters").as_object())
    pairs.emplace_back(name, std::string(value.as_string()));
  pairs.emplace_back("model", text_at(job, "model"));
  pairs.emplace_back("created", time_text(job.at("created")));
  pairs.emplace_back("started", time_text(job.at("started")));
  pairs.emplace_back("ended", time_text(job.at("ended")));
  print_pairs(pairs);
}

Result<void> run(ConsoleClient& console, const JobOptions& options) {
  TUNESMITH_TRY(const auto job, find_job(console, options.name));
  if (options.json) {
    TUNESMITH_TRY(const auto text, console.get_text(job.path()));
    fmt::print("{}\n", text);
    return {};
  }
  if (job.is_tuning) return describe_tuning_job(console, job);
  TUNESMITH_TRY(const auto document, console.get(job.path()));
  describe_training_job(document.as_object());
  return {};
}

}  // namespace

void add_describe(CLI::App& program, Action& action) {
  auto options = std::make_shared<JobOptions>();
  CLI::App* command =
      program.add_subcommand("describe", "All about a tuning job or a training job");
  add_job_options(*command, *options, "Name of a tuning job or a training job");
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
