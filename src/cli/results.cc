// SPDX-License-Identifier: Apache-2.0
#include "cli/results.h"

#include "cli/documents.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

double seconds_between(const json::value& begin, const json::value& end) {
  if (!begin.is_number() || !end.is_number()) return -1;
  return static_cast<double>(end.to_number<std::int64_t>() - begin.to_number<std::int64_t>()) /
         1000;
}

}  // namespace

std::vector<const json::object*> ranked_trials(const LiveState& state) {
  const bool maximize = text_at(state.job.at("objective").as_object(), "direction") == "Maximize";
  std::vector<const json::object*> trials;
  for (const auto& row : state.trials) trials.push_back(&row.as_object());
  std::stable_sort(trials.begin(), trials.end(), [&](const json::object* a, const json::object* b) {
    const auto x = objective_of(*a);
    const auto y = objective_of(*b);
    if (x.has_value() != y.has_value()) return x.has_value();
    return x && (maximize ? *x > *y : *x < *y);
  });
  return trials;
}

void print_results(const LiveState& state, std::size_t most) {
  const auto trials = ranked_trials(state);
  std::vector<std::vector<std::string>> rows = {{"trial", "objective", "duration", "status"}};
  std::vector<bool> numeric = {true, true, true, false};
  if (!trials.empty()) {
    for (const auto& [name, value] : trials.front()->at("tuned").as_object()) {
      rows[0].emplace_back(name);
      numeric.push_back(true);
    }
  }
  for (std::size_t i = 0; i < std::min(most, trials.size()); ++i) {
    const auto& trial = *trials[i];
    const auto value = objective_of(trial);
    const auto& begun = trial.at("started").is_null() ? trial.at("created") : trial.at("started");
    std::vector<std::string> row = {
        std::to_string(integer_at(trial, "number")), value ? short_number(*value) : "-",
        duration_text(seconds_between(begun, trial.at("ended"))), text_at(trial, "status")};
    for (const auto& [name, text] : trial.at("tuned").as_object())
      row.push_back(short_number(std::string(text.as_string())));
    rows.push_back(std::move(row));
  }
  print_table(Terminal::of_stdout(), rows, numeric);
  if (trials.size() > most) fmt::print("... and {} more\n", trials.size() - most);
}

json::object summary_of(const LiveState& state) {
  const auto& counts = state.job.at("trials").as_object();
  json::object out{{"name", text_at(state.job, "name")},
                   {"status", text_at(state.job, "status")},
                   {"counters",
                    {{"Completed", integer_at(counts, "completed")},
                     {"InProgress", integer_at(counts, "running")},
                     {"NonRetryableError", integer_at(counts, "failed")},
                     {"RetryableError", 0},
                     {"Stopped", integer_at(counts, "stopped")}}},
                   {"seconds", seconds_between(state.job.at("created"), state.job.at("ended"))}};
  const auto trials = ranked_trials(state);
  if (!trials.empty() && objective_of(*trials.front())) {
    out["best"] = json::object{{"training_job", text_at(*trials.front(), "name")},
                               {"objective", *objective_of(*trials.front())},
                               {"hyperparameters", trials.front()->at("tuned")}};
  }
  const std::string reason = text_at(state.job, "failure_reason");
  if (!reason.empty()) out["failure_reason"] = reason;
  return out;
}

}  // namespace tunesmith::cli
