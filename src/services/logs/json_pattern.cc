// SPDX-License-Identifier: Apache-2.0
#include "services/logs/json_pattern.h"

#include "base/strings.h"

#include <boost/json.hpp>

#include <algorithm>
#include <span>

namespace tunesmith::services::logs {
namespace {

namespace json = boost::json;
using Step = JsonPattern::Step;

/// Letters, digits, '_' and '-'.
std::string take_name(PatternScanner& scanner) {
  const std::string_view rest = scanner.rest();
  std::size_t end = 0;
  while (end < rest.size() && (rest[end] == '-' || is_word(rest.substr(end, 1)))) ++end;
  std::string name(rest.substr(0, end));
  scanner.take_here(name);
  return name;
}

/// What follows an opening bracket: an index, an asterisk, or a name in quotes.
Result<Step> take_bracketed(PatternScanner& scanner) {
  Step step;
  for (const std::string_view quote : {"'", "\""}) {
    if (!scanner.take_here(quote)) continue;
    const std::string_view rest = scanner.rest();
    const std::string name(rest.substr(0, rest.find(quote)));
    step = name;
    if (!scanner.take_here(name + std::string(quote) + "]")) {
      return invalid_pattern("a bracket is not closed");
    }
    return step;
  }
  if (scanner.take_here("*")) {
    step = JsonPattern::AnyElement{};
  } else {
    const auto index = parse_int(take_name(scanner));
    if (!index || *index < 0) return invalid_pattern("an index is not a number");
    step = static_cast<std::size_t>(*index);
  }
  if (!scanner.take_here("]")) return invalid_pattern("a bracket is not closed");
  return step;
}

Result<std::vector<Step>> take_selector(PatternScanner& scanner) {
  if (!scanner.take("$")) return invalid_pattern("a property selector starts with $");
  std::vector<Step> path;
  for (;;) {
    if (scanner.take_here(".*")) {
      path.emplace_back(JsonPattern::AnyElement{});
    } else if (scanner.take_here(".[") || scanner.take_here("[")) {
      TUNESMITH_TRY(auto step, take_bracketed(scanner));
      path.push_back(std::move(step));
    } else if (scanner.take_here(".")) {
      std::string name = take_name(scanner);
      if (name.empty()) return invalid_pattern("a property has no name");
      path.emplace_back(std::move(name));
    } else {
      break;
    }
  }
  const auto wildcards = std::count_if(path.begin(), path.end(), [](const Step& step) {
    return std::holds_alternative<JsonPattern::AnyElement>(step);
  });
  if (wildcards > 1) return invalid_pattern("a property selector has more than one wildcard");
  return path;
}

Result<JsonPattern::Condition> take_condition(PatternScanner& scanner) {
  JsonPattern::Condition condition;
  TUNESMITH_TRY(condition.path, take_selector(scanner));
  if (scanner.take("NOT")) {
    if (!scanner.take("EXISTS")) return invalid_pattern("EXISTS is missing after NOT");
    condition.test = JsonPattern::State::kMissing;
  } else if (scanner.take("IS")) {
    if (scanner.take("NULL")) {
      condition.test = JsonPattern::State::kNull;
    } else if (scanner.take("TRUE")) {
      condition.test = JsonPattern::State::kTrue;
    } else if (scanner.take("FALSE")) {
      condition.test = JsonPattern::State::kFalse;
    } else {
      return invalid_pattern("IS is followed by NULL, TRUE or FALSE");
    }
  } else {
    TUNESMITH_TRY(condition.test, ValueTest::parse(scanner, ")&|}"));
  }
  return condition;
}

/// Calls `test` for each value at the end of `path`; true as soon as it is.
template <class Test>
bool any_at(const json::value& value, std::span<const Step> path, const Test& test) {
  if (path.empty()) return test(value);
  const auto rest = path.subspan(1);
  if (const auto* name = std::get_if<std::string>(&path.front())) {
    const auto* object = value.if_object();
    const auto* found = object != nullptr ? object->if_contains(*name) : nullptr;
    return found != nullptr && any_at(*found, rest, test);
  }
  if (const auto* index = std::get_if<std::size_t>(&path.front())) {
    const auto* array = value.if_array();
    const auto* found = array != nullptr ? array->if_contains(*index) : nullptr;
    return found != nullptr && any_at(*found, rest, test);
  }
  if (const auto* array = value.if_array()) {
    return std::any_of(array->begin(), array->end(),
                       [&](const json::value& element) { return any_at(element, rest, test); });
  }
  const auto* object = value.if_object();
  return object != nullptr && std::any_of(object->begin(), object->end(), [&](const auto& member) {
           return any_at(member.value(), rest, test);
         });
}

bool holds(const JsonPattern::State state, const json::value& value) {
  switch (state) {
    case JsonPattern::State::kNull:
      return value.is_null();
    case JsonPattern::State::kTrue:
      return value.is_bool() && value.get_bool();
    case JsonPattern::State::kFalse:
      return value.is_bool() && !value.get_bool();
    case JsonPattern::State::kMissing:
      return false;  // it is there
  }
  return false;
}

bool holds(const ValueTest& test, const json::value& value) {
  if (const auto* text = value.if_string()) return test.holds(*text, std::nullopt);
  if (value.is_number()) return test.holds(json::serialize(value), value.to_number<double>());
  return value.is_bool() && test.holds(value.get_bool() ? "true" : "false", std::nullopt);
}

bool holds(const JsonPattern::Condition& condition, const json::value& document) {
  const auto* state = std::get_if<JsonPattern::State>(&condition.test);
  if (state != nullptr && *state == JsonPattern::State::kMissing) {
    return !any_at(document, condition.path, [](const json::value&) { return true; });
  }
  return any_at(document, condition.path, [&](const json::value& value) {
    return std::visit([&](const auto& test) { return holds(test, value); }, condition.test);
  });
}

}  // namespace

Result<JsonPattern> JsonPattern::parse(std::string_view text) {
  if (!text.ends_with('}')) {
    return invalid_pattern("If a filter pattern starts with '{' it must end with '}'");
  }
  PatternScanner scanner(text);
  scanner.take("{");
  JsonPattern pattern;
  TUNESMITH_TRY(pattern.tree_, ConditionTree::parse(scanner, [&]() -> Result<std::size_t> {
                  TUNESMITH_TRY(auto condition, take_condition(scanner));
                  pattern.conditions_.push_back(std::move(condition));
                  return pattern.conditions_.size() - 1;
                }));
  if (!scanner.take("}") || !scanner.at_end()) return invalid_term(scanner.rest());
  const auto regexes = static_cast<std::size_t>(std::count_if(
      pattern.conditions_.begin(), pattern.conditions_.end(), [](const Condition& condition) {
        const auto* test = std::get_if<ValueTest>(&condition.test);
        return test != nullptr && test->has_regex();
      }));
  if (regexes > kMaxRegexes) return invalid_pattern("there are more than 2 regular expressions");
  return pattern;
}

bool JsonPattern::matches(std::string_view message) const {
  if (trim(message).substr(0, 1).find_first_of("{[") == std::string_view::npos) return false;
  boost::system::error_code ec;
  const json::value document = json::parse(message, ec);
  return !ec && tree_.holds([&](std::size_t i) { return holds(conditions_[i], document); });
}

}  // namespace tunesmith::services::logs
