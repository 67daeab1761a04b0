// SPDX-License-Identifier: Apache-2.0
#include "services/logs/field_pattern.h"

#include <algorithm>
#include <string>

namespace tunesmith::services::logs {

std::vector<std::string_view> space_delimited_fields(std::string_view message) {
  constexpr std::string_view kSpaces = " \t\r\n";
  std::vector<std::string_view> fields;
  for (;;) {
    message.remove_prefix(std::min(message.find_first_not_of(kSpaces), message.size()));
    if (message.empty()) return fields;
    const char open = message.front();
    const char close = open == '[' ? ']' : '"';
    const auto closed =
        open == '[' || open == '"' ? message.find(close, 1) : std::string_view::npos;
    if (closed != std::string_view::npos) {
      fields.push_back(message.substr(1, closed - 1));
      message.remove_prefix(closed + 1);
    } else {
      const auto end = std::min(message.find_first_of(kSpaces), message.size());
      fields.push_back(message.substr(0, end));
      message.remove_prefix(end);
    }
  }
}

Result<FieldPattern::Field> FieldPattern::parse_field(PatternScanner& scanner) {
  Field field;
  std::string name;
  const char next = scanner.peek();
  if (next == ',' || next == ']') return field;  // a field that nobody named
  const auto condition = [&]() -> Result<std::size_t> {
    scanner.skip_spaces();
    const std::string given(scanner.until("=!<>&|,])"));
    if (given.empty() || !is_word(given)) return invalid_term(given);
    if (name.empty()) name = given;
    if (given != name) {
      return invalid_pattern("'" + given + "' is compared in the place of '" + name + "'");
    }
    TUNESMITH_TRY(auto test, ValueTest::parse(scanner, "&|,])"));
    field.tests.push_back(std::move(test));
    return field.tests.size() - 1;
  };
  // A name alone is no condition: look for what follows it.
  PatternScanner ahead = scanner;
  const std::string alone(ahead.until("=!<>&|,])"));
  if (const char after = ahead.peek(); is_word(alone) && (after == ',' || after == ']')) {
    scanner = ahead;
    return field;
  }
  TUNESMITH_TRY(field.tree, ConditionTree::parse(scanner, condition));
  return field;
}

Result<FieldPattern> FieldPattern::parse(std::string_view text) {
  if (!text.ends_with(']')) {
    return invalid_pattern("If a filter pattern starts with '[' it must end with ']'");
  }
  PatternScanner scanner(text);
  scanner.take("[");
  FieldPattern pattern;
  do {
    if (scanner.take("...")) {
      if (pattern.ellipsis_) return invalid_pattern("there is more than one ellipsis");
      pattern.ellipsis_ = true;
      continue;
    }
    TUNESMITH_TRY(auto field, parse_field(scanner));
    (pattern.ellipsis_ ? pattern.back_ : pattern.front_).push_back(std::move(field));
  } while (scanner.take(","));
  if (!scanner.take("]") || !scanner.at_end()) return invalid_term(scanner.rest());
  std::size_t regexes = 0;
  for (const auto* fields : {&pattern.front_, &pattern.back_}) {
    for (const Field& field : *fields) {
      for (const ValueTest& test : field.tests) regexes += test.has_regex() ? 1 : 0;
    }
  }
  if (regexes > kMaxRegexes) return invalid_pattern("there are more than 2 regular expressions");
  return pattern;
}

bool FieldPattern::Field::holds(std::string_view value) const {
  if (!tree) return true;
  const auto number = number_in(value);
  return tree->holds([&](std::size_t i) { return tests[i].holds(value, number); });
}

bool FieldPattern::matches(std::string_view message) const {
  const auto fields = space_delimited_fields(message);
  const std::size_t named = front_.size() + back_.size();
  if (ellipsis_ ? fields.size() < named : fields.size() != named) return false;
  const auto hold = [](const Field& field, std::string_view value) { return field.holds(value); };
  return std::equal(front_.begin(), front_.end(), fields.begin(), hold) &&
         std::equal(back_.rbegin(), back_.rend(), fields.rbegin(), hold);
}

}  // namespace tunesmith::services::logs
