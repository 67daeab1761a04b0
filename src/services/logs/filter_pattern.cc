// SPDX-License-Identifier: Apache-2.0
#include "services/logs/filter_pattern.h"

#include "base/strings.h"
#include "services/logs/pattern_scanner.h"

#include <algorithm>

namespace tunesmith::services::logs {

Result<TermPattern> TermPattern::parse(std::string_view text) {
  TermPattern pattern;
  PatternScanner scanner(text);
  while (!scanner.at_end()) {
    std::vector<std::string>* into = &pattern.all_;
    if (scanner.take("-")) into = &pattern.none_;
    if (into == &pattern.all_ && scanner.take("?")) into = &pattern.any_;
    if (scanner.peek() == '"') {
      TUNESMITH_TRY(into->emplace_back(), scanner.quoted());
      if (into->back().empty()) return invalid_term("\"\"");
      continue;
    }
    const std::string_view term = scanner.until("\"");
    if (term.empty() || !is_word(term)) return invalid_term(term);
    into->emplace_back(term);
  }
  return pattern;
}

bool TermPattern::matches(std::string_view message) const {
  const auto in_message = [message](const std::string& term) {
    return message.find(term) != std::string_view::npos;
  };
  // Beside other terms, those with a question mark have no effect.
  if (all_.empty() && none_.empty() && !any_.empty())
    return std::any_of(any_.begin(), any_.end(), in_message);
  return std::all_of(all_.begin(), all_.end(), in_message) &&
         std::none_of(none_.begin(), none_.end(), in_message);
}

Result<FilterPattern> FilterPattern::parse(std::string_view given) {
  FilterPattern pattern;
  const std::string_view text = trim(given);
  if (text.starts_with('{')) {
    TUNESMITH_TRY(pattern.kind_, JsonPattern::parse(text));
  } else if (text.starts_with('[')) {
    TUNESMITH_TRY(pattern.kind_, FieldPattern::parse(text));
  } else if (text.starts_with('%')) {
    PatternScanner scanner(text);
    TUNESMITH_TRY(const auto regex, scanner.between_percents());
    if (!scanner.at_end()) return invalid_term(scanner.rest());
    TUNESMITH_TRY(pattern.kind_, PatternRegex::compile(regex));
  } else {
    TUNESMITH_TRY(pattern.kind_, TermPattern::parse(text));
  }
  return pattern;
}

bool FilterPattern::matches(std::string_view message) const {
  return std::visit([message](const auto& kind) { return kind.matches(message); }, kind_);
}

}  // namespace tunesmith::services::logs
