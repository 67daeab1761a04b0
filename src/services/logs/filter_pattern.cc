// SPDX-License-Identifier: Apache-2.0
#include "services/logs/filter_pattern.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::services::logs {
namespace {

bool has(std::string_view message, const std::string& term) {
  return message.find(term) != std::string_view::npos;
}

/// Takes a term, quoted or up to the next space, off the front of `rest`.
Result<std::string> take_term(std::string_view& rest) {
  std::string term;
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find_first_of(" \t"), rest.size());
    term = rest.substr(0, end);
    rest.remove_prefix(end);
    return term;
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return term;
    }
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    term += rest[i];
  }
  return Error(ErrorKind::kInvalid, "Invalid filter pattern: a quote is not closed.");
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  FilterPattern pattern;
  std::string_view rest = trim(text);
  if (rest.starts_with('{') || rest.starts_with('[') || rest.find('%') != std::string_view::npos) {
    return Error(ErrorKind::kInvalid,
                 "Invalid filter pattern: Tunesmith implements patterns of terms (word, \"some "
                 "words\", -word, ?word), not JSON, space delimited or regular expression ones.");
  }
  while (!rest.empty()) {
    std::vector<std::string>* into = &pattern.all_;
    if (rest.starts_with('-')) into = &pattern.none_;
    if (rest.starts_with('?')) into = &pattern.any_;
    if (into != &pattern.all_) rest.remove_prefix(1);
    TUNESMITH_TRY(std::string term, take_term(rest));
    if (!term.empty()) into->push_back(std::move(term));
    rest = trim(rest);
  }
  return pattern;
}

bool FilterPattern::matches(std::string_view message) const {
  const auto in_message = [message](const std::string& term) { return has(message, term); };
  // Beside other terms, those with a question mark have no effect.
  if (all_.empty() && none_.empty() && !any_.empty())
    return std::any_of(any_.begin(), any_.end(), in_message);
  return std::all_of(all_.begin(), all_.end(), in_message) &&
         std::none_of(none_.begin(), none_.end(), in_message);
}

}  // namespace tunesmith::services::logs
