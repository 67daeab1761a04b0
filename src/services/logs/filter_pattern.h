// SPDX-License-Identifier: Apache-2.0
//
// The unstructured filter patterns of CloudWatch Logs: terms that must all be in a message, terms
// with a minus that must not, and, when there are only terms with a question mark, any one of them.
// Quotes hold a term together. Plain values; thread safe.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::services::logs {

class FilterPattern {
 public:
  /// kInvalid for what is no pattern, and for the kinds of pattern that are not implemented: JSON,
  /// space delimited, regular expressions.
  static Result<FilterPattern> parse(std::string_view text);

  bool matches(std::string_view message) const;

 private:
  std::vector<std::string> all_, none_, any_;
};

}  // namespace tunesmith::services::logs
