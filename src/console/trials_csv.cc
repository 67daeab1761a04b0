// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "base/time_format.h"
#include "console/documents.h"

#include <algorithm>

namespace tunesmith::console {
namespace {

void add_field(std::string& csv, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    csv += field;
    return;
  }
  csv += '"';
  for (const char c : field) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

std::string time_text(const std::optional<Timestamp>& t) {
  return t ? format_iso8601(*t) : std::string();
}

std::string_view tuned_value(const store::TrainingJob& trial, std::string_view name) {
  for (const auto& [key, value] : trial.tuned) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string print_trials_csv(const std::vector<store::TrainingJob>& trials,
                             const orchestration::TuningSpec& spec) {
  std::string csv;
  const auto add_line = [&csv](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) csv += ',';
      add_field(csv, fields[i]);
    }
    csv += "\r\n";
  };
  // A job of several definitions has their hyperparameters side by side, empty where a trial has
  // none of that name.
  const bool several = spec.definitions.size() > 1;
  std::vector<std::string> names;
  for (const auto& definition : spec.definitions) {
    for (const auto& range : definition.ranges) {
      if (std::find(names.begin(), names.end(), range.name) == names.end())
        names.push_back(range.name);
    }
  }
  std::vector<std::string> line = {"trial", "training_job", "status"};
  if (several) line.emplace_back("definition");
  line.push_back(several ? "objective" : spec.definitions.front().objective_metric);
  line.insert(line.end(), names.begin(), names.end());
  line.insert(line.end(), {"created", "started", "ended", "stopped_early", "failure_reason"});
  add_line(line);
  for (const auto& trial : trials) {
    line = {std::to_string(trial.trial.value_or(0)), trial.name,
            std::string(store::to_string(trial.status))};
    if (several) {
      const auto index = static_cast<std::size_t>(trial.definition);
      line.push_back(index < spec.definitions.size() ? spec.definitions[index].name : "");
    }
    line.push_back(trial.objective ? format_double(*trial.objective) : std::string());
    for (const auto& name : names) line.emplace_back(tuned_value(trial, name));
    line.insert(line.end(),
                {format_iso8601(trial.created), time_text(trial.started), time_text(trial.ended),
                 trial.stopped_early ? "true" : "false", trial.failure_reason});
    add_line(line);
  }
  return csv;
}

}  // namespace tunesmith::console
