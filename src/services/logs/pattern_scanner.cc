// SPDX-License-Identifier: Apache-2.0
#include "services/logs/pattern_scanner.h"

#include <algorithm>

namespace tunesmith::services::logs {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

}  // namespace

Error invalid_pattern(std::string_view why) {
  return {ErrorKind::kInvalid, "Invalid filter pattern: " + std::string(why)};
}

Error invalid_term(std::string_view term) {
  return invalid_pattern("Invalid character(s) in term '" + std::string(term) + "'");
}

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void PatternScanner::skip_spaces() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpaces), rest_.size()));
}

bool PatternScanner::at_end() {
  skip_spaces();
  return rest_.empty();
}

bool PatternScanner::take(std::string_view literal) {
  skip_spaces();
  return take_here(literal);
}

bool PatternScanner::take_here(std::string_view literal) {
  if (!rest_.starts_with(literal)) return false;
  rest_.remove_prefix(literal.size());
  return true;
}

char PatternScanner::peek() { return at_end() ? '\0' : rest_.front(); }

Result<std::string> PatternScanner::quoted() {
  std::string text;
  for (std::size_t i = 1; i < rest_.size(); ++i) {
    if (rest_[i] == '"') {
      rest_.remove_prefix(i + 1);
      return text;
    }
    if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
    text += rest_[i];
  }
  return invalid_pattern("a quotation mark is not closed");
}

Result<std::string> PatternScanner::between_percents() {
  const auto end = rest_.find('%', 1);
  if (end == std::string_view::npos) {
    return invalid_pattern("a regular expression does not end with %");
  }
  std::string text(rest_.substr(1, end - 1));
  rest_.remove_prefix(end + 1);
  return text;
}

std::string_view PatternScanner::until(std::string_view stops) {
  std::size_t end = 0;
  while (end < rest_.size() && kSpaces.find(rest_[end]) == std::string_view::npos &&
         stops.find(rest_[end]) == std::string_view::npos) {
    ++end;
  }
  const std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return text;
}

}  // namespace tunesmith::services::logs
