// SPDX-License-Identifier: Apache-2.0
//
// Takes a filter pattern of CloudWatch Logs apart: the words, quoted terms and regular expressions
// that all kinds of patterns share. Private to this folder. A plain value.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace tunesmith::services::logs {

/// "Invalid filter pattern: …", as the service begins.
Error invalid_pattern(std::string_view why);
/// "Invalid character(s) in term '…'".
Error invalid_term(std::string_view term);

/// Letters, digits and the underscore.
bool is_word(std::string_view text);

class PatternScanner {
 public:
  explicit PatternScanner(std::string_view text) : rest_(text) {}

  void skip_spaces();
  /// Skips spaces; true at the end.
  bool at_end();
  /// Skips spaces, then takes `literal` if it is next.
  bool take(std::string_view literal);
  /// What is next, without spaces; 0 at the end.
  char peek();
  /// As take(), where no space may stand before.
  bool take_here(std::string_view literal);

  /// The text between quotes; a backslash keeps the character after it. The quote must be next.
  Result<std::string> quoted();
  /// The text between percent signs, verbatim. The percent sign must be next.
  Result<std::string> between_percents();
  /// Everything up to a space or one of `stops`; may be empty.
  std::string_view until(std::string_view stops);

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace tunesmith::services::logs
