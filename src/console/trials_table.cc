// SPDX-License-Identifier: Apache-2.0
#include "console/trials_table.h"

#include "base/json_text.h"
#include "base/strings.h"
#include "base/time_format.h"
#include "base/utf8.h"
#include "training/job_log.h"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

enum class Type { kText, kInteger, kDouble, kBoolean, kTime };

struct Column {
  std::string name;
  Type type;
  // Nothing where the trial has no such value; times in milliseconds.
  std::function<std::optional<std::string>(const store::TrainingJob&)> value;
};

Type type_of(orchestration::ParameterKind kind) {
  switch (kind) {
    case orchestration::ParameterKind::kInteger:
      return Type::kInteger;
    case orchestration::ParameterKind::kContinuous:
      return Type::kDouble;
    case orchestration::ParameterKind::kCategorical:
      break;
  }
  return Type::kText;
}

std::optional<std::string> time_text(const std::optional<Timestamp>& t) {
  return t ? std::optional(std::to_string(to_millis(*t))) : std::nullopt;
}

std::optional<std::string> tuned_value(const store::TrainingJob& trial, std::string_view name) {
  for (const auto& [key, value] : trial.tuned) {
    if (key == name) return value;
  }
  return std::nullopt;
}

/// Hyperparameters in the order of the definitions, side by side: each once, with the type that
/// holds it in all of them, and empty where a trial has none of that name.
std::vector<Column> hyperparameters(const orchestration::TuningSpec& spec) {
  std::vector<Column> columns;
  for (const auto& definition : spec.definitions) {
    for (const auto& range : definition.ranges) {
      const Type type = type_of(range.kind);
      const auto known = std::find_if(columns.begin(), columns.end(),
                                      [&](const auto& c) { return c.name == range.name; });
      if (known == columns.end()) {
        columns.push_back({range.name, type, [name = range.name](const auto& trial) {
                             return tuned_value(trial, name);
                           }});
      } else if (known->type != type) {
        const bool text = known->type == Type::kText || type == Type::kText;
        known->type = text ? Type::kText : Type::kDouble;
      }
    }
  }
  return columns;
}

std::vector<Column> columns_of(const orchestration::TuningSpec& spec) {
  using store::TrainingJob;
  std::vector<Column> columns = {
      {"trial", Type::kInteger,
       [](const TrainingJob& t) { return std::to_string(t.trial.value_or(0)); }},
      {"training_job", Type::kText, [](const TrainingJob& t) { return t.name; }},
      {"status", Type::kText,
       [](const TrainingJob& t) { return std::string(store::to_string(t.status)); }}};
  const bool several = spec.definitions.size() > 1;
  if (several) {
    columns.push_back(
        {"definition", Type::kText, [&spec](const TrainingJob& t) -> std::optional<std::string> {
           const auto index = static_cast<std::size_t>(t.definition);
           if (index >= spec.definitions.size()) return std::nullopt;
           return spec.definitions[index].name;
         }});
  }
  columns.push_back({several ? "objective" : spec.definitions.front().objective_metric,
                     Type::kDouble, [](const TrainingJob& t) {
                       return t.objective ? std::optional(format_double(*t.objective))
                                          : std::nullopt;
                     }});
  for (auto& column : hyperparameters(spec)) columns.push_back(std::move(column));
  columns.push_back(
      {"created", Type::kTime, [](const TrainingJob& t) { return time_text(t.created); }});
  columns.push_back(
      {"started", Type::kTime, [](const TrainingJob& t) { return time_text(t.started); }});
  columns.push_back(
      {"ended", Type::kTime, [](const TrainingJob& t) { return time_text(t.ended); }});
  columns.push_back({"stopped_early", Type::kBoolean, [](const TrainingJob& t) {
                       return std::string(t.stopped_early ? "true" : "false");
                     }});
  columns.push_back(
      {"failure_reason", Type::kText, [](const TrainingJob& t) { return t.failure_reason; }});
  return columns;
}

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

std::string csv_field(const Column& column, const std::optional<std::string>& value) {
  const auto millis = column.type == Type::kTime && value ? parse_int(*value) : std::nullopt;
  return millis ? format_iso8601(from_millis(*millis)) : value.value_or("");
}

json::value typed(const Column& column, const std::optional<std::string>& value) {
  if (!value) return nullptr;
  switch (column.type) {
    case Type::kText:
      return json::string(to_valid_utf8(*value));
    case Type::kBoolean:
      return *value == "true";
    case Type::kDouble:  // as text, to the last digit
      return parse_double(*value) ? json::value(*value) : json::value(nullptr);
    case Type::kInteger:
    case Type::kTime:
      break;
  }
  const auto integer = parse_int(*value);
  return integer ? json::value(*integer) : json::value(nullptr);
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kInteger:
      return "integer";
    case Type::kDouble:
      return "double";
    case Type::kBoolean:
      return "boolean";
    case Type::kTime:
      return "time";
    case Type::kText:
      break;
  }
  return "text";
}

}  // namespace

std::string print_trials_csv(const std::vector<store::TrainingJob>& trials,
                             const orchestration::TuningSpec& spec) {
  const auto columns = columns_of(spec);
  std::string csv;
  const auto add_line = [&](const auto& field_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) csv += ',';
      add_field(csv, field_of(columns[i]));
    }
    csv += "\r\n";
  };
  add_line([](const Column& column) { return column.name; });
  for (const auto& trial : trials)
    add_line([&](const Column& column) { return csv_field(column, column.value(trial)); });
  return csv;
}

std::string print_trials_columns(const std::vector<store::TrainingJob>& trials,
                                 const orchestration::TuningSpec& spec) {
  json::array columns;
  for (const auto& column : columns_of(spec)) {
    json::array values;
    values.reserve(trials.size());
    for (const auto& trial : trials) values.push_back(typed(column, column.value(trial)));
    columns.push_back({{"name", to_valid_utf8(column.name)},
                       {"type", type_name(column.type)},
                       {"values", std::move(values)}});
  }
  return json_text(json::object{{"columns", std::move(columns)}});
}

}  // namespace tunesmith::console
