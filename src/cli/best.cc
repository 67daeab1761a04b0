// SPDX-License-Identifier: Apache-2.0
//
// `tunesmith best`: the best trial's hyperparameters, as JSON or as code for xgboost.
#include "base/json_text.h"
#include "base/strings.h"
#include "cli/common_options.h"
#include "cli/documents.h"
#include "cli/results.h"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

struct Options : JobOptions {
  std::string format = "json";
};

/// A hyperparameter's text as a Python literal: numbers as they are, the rest in quotes.
std::string literal(const std::string& text) {
  return parse_double(text) ? text : json::serialize(json::string(text));
}

std::string xgboost_code(const json::object& hyperparameters) {
  std::string rounds = "100";
  std::string out = "import xgboost\n\nparameters = {\n";
  for (const auto& [name, value] : hyperparameters) {
    const std::string text(value.as_string());
    if (std::string_view(name).starts_with('_')) continue;
    if (name == "num_round") {
      rounds = text;
      continue;
    }
    out += fmt::format("    {}: {},\n", json::serialize(json::string(name)), literal(text));
  }
  out += fmt::format(
      "}}\nmodel = xgboost.train(parameters, xgboost.DMatrix(features, label), "
      "num_boost_round={})\n",
      rounds);
  return out;
}

Result<void> run(ConsoleClient& console, const Options& options) {
  TUNESMITH_TRY(const auto job, find_tuning_job(console, options.name));
  TUNESMITH_TRY(const auto document, console.get(job.path()));
  const auto* best = document.at("best").if_object();
  if (best == nullptr)
    return Error(ErrorKind::kNotFound, "no trial of " + job.name + " has a value yet");
  TUNESMITH_TRY(const auto trial, console.get("training-jobs/" + job.region + "/" +
                                              uri_encode(text_at(*best, "training_job"))));
  const auto& all = trial.at("hyperparameters").as_object();
  if (options.format == "xgboost") {
    fmt::print("{}", xgboost_code(all));
    return {};
  }
  const json::object out{{"training_job", text_at(*best, "training_job")},
                         {"trial", best->at("trial")},
                         {"metric", document.at("objective").at("metric")},
                         {"objective", best->at("value")},
                         {"hyperparameters", trial.at("tuned")},
                         {"all_hyperparameters", all},
                         {"model", trial.at("model")}};
  fmt::print("{}\n", json_text(out));
  return {};
}

}  // namespace

void add_best(CLI::App& program, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("best", "Print the best hyperparameters of a tuning job");
  add_job_options(*command, *options, "Name of the tuning job");
  command
      ->add_option("--format", options->format,
                   "json, or xgboost: Python code that trains with them")
      ->check(CLI::IsMember({"json", "xgboost"}))
      ->capture_default_str();
  command->callback([options, &action] {
    action = [options] {
      return with_console(options->data_dir,
                          [&](ConsoleClient& console) { return run(console, *options); });
    };
  });
}

}  // namespace tunesmith::cli
