// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/row_documents.h"

#include "base/json_text.h"

#include <boost/json.hpp>

namespace tunesmith::store {
namespace {

namespace json = boost::json;

Result<json::array> parse_array(const std::string& text) {
  auto value = parse_json(text);
  if (!value || !value->is_array())
    return Error(ErrorKind::kCorrupt, "stored document is no JSON array: " + text);
  return std::move(value->as_array());
}

/// Reads one array row by row; a row that does not have the expected members is kCorrupt.
template <class Row, class Read>
Result<std::vector<Row>> parse_rows(const std::string& text, Read read) {
  TUNESMITH_TRY(const json::array rows, parse_array(text));
  std::vector<Row> out;
  out.reserve(rows.size());
  try {
    for (const json::value& row : rows) out.push_back(read(row.as_array()));
  } catch (const std::exception& e) {
    return Error(ErrorKind::kCorrupt,
                 "stored document has an unexpected shape: " + text + ": " + e.what());
  }
  return out;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

}  // namespace

std::string print_named_values(const NamedValues& values) {
  json::array rows;
  for (const auto& [name, value] : values) rows.push_back(json::array{name, value});
  return json::serialize(rows);
}

Result<NamedValues> parse_named_values(const std::string& text) {
  return parse_rows<NamedValues::value_type>(text, [](const json::array& row) {
    return std::pair(text_of(row.at(0)), text_of(row.at(1)));
  });
}

std::string print_transitions(const std::vector<Transition>& transitions) {
  json::array rows;
  for (const auto& t : transitions) {
    rows.push_back(json::array{t.status, to_millis(t.start),
                               t.end ? json::value(to_millis(*t.end)) : json::value(nullptr),
                               t.message});
  }
  return json::serialize(rows);
}

Result<std::vector<Transition>> parse_transitions(const std::string& text) {
  return parse_rows<Transition>(text, [](const json::array& row) {
    Transition t{text_of(row.at(0)),
                 from_millis(row.at(1).to_number<std::int64_t>()),
                 {},
                 text_of(row.at(3))};
    if (!row.at(2).is_null()) t.end = from_millis(row.at(2).to_number<std::int64_t>());
    return t;
  });
}

std::string print_final_metrics(const std::vector<FinalMetric>& metrics) {
  json::array rows;
  for (const auto& m : metrics) rows.push_back(json::array{m.name, m.value, to_millis(m.time)});
  return json::serialize(rows);
}

Result<std::vector<FinalMetric>> parse_final_metrics(const std::string& text) {
  return parse_rows<FinalMetric>(text, [](const json::array& row) {
    return FinalMetric{text_of(row.at(0)), row.at(1).to_number<double>(),
                       from_millis(row.at(2).to_number<std::int64_t>())};
  });
}

}  // namespace tunesmith::store
