// SPDX-License-Identifier: Apache-2.0
//
// The filter patterns of CloudWatch Logs. Unstructured ones are terms that must all be in a
// message, terms with a minus that must not, and, when there are only terms with a question mark,
// any one of them; quotes hold a term together. A %regular expression% stands alone. JSON and
// space-delimited patterns have files of their own. Plain values; thread safe.
#pragma once

#include "base/result.h"
#include "services/logs/field_pattern.h"
#include "services/logs/json_pattern.h"
#include "services/logs/pattern_regex.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tunesmith::services::logs {

class TermPattern {
 public:
  static Result<TermPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

 private:
  std::vector<std::string> all_, none_, any_;
};

class FilterPattern {
 public:
  /// kInvalid for what is no pattern.
  static Result<FilterPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

 private:
  std::variant<TermPattern, PatternRegex, JsonPattern, FieldPattern> kind_;
};

}  // namespace tunesmith::services::logs
