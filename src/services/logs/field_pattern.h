// SPDX-License-Identifier: Apache-2.0
//
// The space-delimited filter patterns of CloudWatch Logs: [ip, ..., status = 4* && status != 404,
// bytes > 1000]. A message has as many fields as the pattern names, unless an ellipsis stands for
// any number of them; what is in brackets or quotes is one field. Private to this folder. Immutable
// once parsed; thread safe.
#pragma once

#include "base/result.h"
#include "services/logs/pattern_value.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace tunesmith::services::logs {

class FieldPattern {
 public:
  /// `text` begins with a bracket.
  static Result<FieldPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

 private:
  struct Field {
    std::vector<ValueTest> tests;
    std::optional<ConditionTree> tree;  // none: any value
    bool holds(std::string_view value) const;
  };

  static Result<Field> parse_field(PatternScanner& scanner);

  std::vector<Field> front_, back_;  // before and after the ellipsis
  bool ellipsis_ = false;
};

/// The fields of a message. Public for its tests.
std::vector<std::string_view> space_delimited_fields(std::string_view message);

}  // namespace tunesmith::services::logs
