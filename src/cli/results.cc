// SPDX-License-Identifier: Apache-2.0
#include "cli/results.h"

#include "cli/documents.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;

double seconds_between(const json::value& begin, const json::value& end) {
  if (!begin.is_number() || !end.is_number()) return -1;
  return static_cast<double>(end.to_number<std::int64_t>() - begin.to_number<std::int64_t>()) /
         1000;
}

bool is_maximized(const json::object& of) {
  return text_at(of.at("objective").as_object(), "direction") == "Maximize";
}

/// What most of the failed trials failed with, and how many of them.
void print_failures(const json::array& trials) {
  std::map<std::string, std::size_t> reasons;
  for (const auto& row : trials) {
    const auto& trial = row.as_object();
    if (text_at(trial, "status") == "Failed") ++reasons[text_at(trial, "failure_reason")];
  }
  const auto most =
      std::max_element(reasons.begin(), reasons.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == reasons.end()) return;
  fmt::print("\n{} of {} trials failed with: {}\n", most->second, trials.size(), most->first);
}

}  // namespace

std::vector<const json::object*> ranked_trials(const LiveState& state,
                                               std::optional<std::int64_t> definition) {
  const auto& definitions = state.job.at("definitions").as_array();
  const auto index_of = [](const json::object& trial) { return integer_at(trial, "definition"); };
  const auto maximized = [&](std::int64_t index) {
    return is_maximized(definitions.at(static_cast<std::size_t>(index)).as_object());
  };
  const bool maximize = maximized(definition.value_or(0));
  const auto comparable = [&](const json::object& trial) {
    return maximized(index_of(trial)) == maximize ? objective_of(trial) : std::nullopt;
  };
  std::vector<const json::object*> trials;
  for (const auto& row : state.trials) {
    const auto& trial = row.as_object();
    if (!definition || index_of(trial) == *definition) trials.push_back(&trial);
  }
  std::stable_sort(trials.begin(), trials.end(), [&](const json::object* a, const json::object* b) {
    const auto x = comparable(*a);
    const auto y = comparable(*b);
    if (x.has_value() != y.has_value()) return x.has_value();
    return x && (maximize ? *x > *y : *x < *y);
  });
  return trials;
}

void print_results(const LiveState& state, std::size_t most) {
  const auto trials = ranked_trials(state);
  std::vector<std::vector<std::string>> rows = {{"trial", "objective", "duration", "status"}};
  std::vector<bool> numeric = {true, true, true, false};
  const auto& definitions = state.job.at("definitions").as_array();
  const bool several = definitions.size() > 1;
  if (several) {
    rows[0].insert(rows[0].end(), {"definition", "hyperparameters"});
    numeric.insert(numeric.end(), {false, false});
  } else if (!trials.empty()) {
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
        duration_text(seconds_between(begun, trial.at("ended"))), status_text(trial)};
    if (several) {
      row.push_back(text_at(
          definitions.at(static_cast<std::size_t>(integer_at(trial, "definition"))).as_object(),
          "name"));
      row.push_back(tuned_text(trial));
    }
    for (const auto& [name, text] : trial.at("tuned").as_object())
      if (!several) row.push_back(short_number(std::string(text.as_string())));
    rows.push_back(std::move(row));
  }
  print_table(Terminal::of_stdout(), rows, numeric);
  if (trials.size() > most) fmt::print("... and {} more\n", trials.size() - most);
  print_failures(state.trials);
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
