// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "base/time_format.h"
#include "console/documents.h"

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
  std::vector<std::string> line = {"trial", "training_job", "status",
                                   spec.definitions.front().objective_metric};
  for (const auto& range : spec.definitions.front().ranges) line.push_back(range.name);
  line.insert(line.end(), {"created", "started", "ended", "failure_reason"});
  add_line(line);
  for (const auto& trial : trials) {
    line = {std::to_string(trial.trial.value_or(0)), trial.name,
            std::string(store::to_string(trial.status)),
            trial.objective ? format_double(*trial.objective) : std::string()};
    for (const auto& range : spec.definitions.front().ranges)
      line.emplace_back(tuned_value(trial, range.name));
    line.insert(line.end(), {format_iso8601(trial.created), time_text(trial.started),
                             time_text(trial.ended), trial.failure_reason});
    add_line(line);
  }
  return csv;
}

}  // namespace tunesmith::console
