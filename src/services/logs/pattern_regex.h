// SPDX-License-Identifier: Apache-2.0
//
// A %regular expression% of a filter pattern: the subset that CloudWatch Logs documents, which has
// no groups. Found anywhere in a text, in time that does not grow out of hand with what is asked:
// the automaton of PCRE2, not its backtracking. Private to this folder. Thread safe once compiled.
#pragma once

#include "base/result.h"

#include <memory>
#include <string_view>

namespace tunesmith::services::logs {

class PatternRegex {
 public:
  /// kInvalid for characters that the service does not take, and for what is no expression.
  static Result<PatternRegex> compile(std::string_view text);

  /// Whether it is found anywhere in the text.
  bool matches(std::string_view text) const;

 private:
  explicit PatternRegex(std::shared_ptr<const void> code) : code_(std::move(code)) {}

  std::shared_ptr<const void> code_;  // pcre2_code
};

}  // namespace tunesmith::services::logs
