// SPDX-License-Identifier: Apache-2.0
//
// The right side of a condition in a filter pattern (`= ERROR`, `!= 4*`, `>= 500`, `= %re%`), and
// how conditions are joined by &&, || and parentheses. JSON and space-delimited patterns share it.
// Private to this folder. Immutable once parsed.
#pragma once

#include "base/result.h"
#include "services/logs/pattern_regex.h"
#include "services/logs/pattern_scanner.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::services::logs {

/// A text that is a finite number.
std::optional<double> number_in(std::string_view text);

class ValueTest {
 public:
  /// An operator and a value.
  static Result<ValueTest> parse(PatternScanner& scanner, std::string_view stops);

  /// `number`: what `text` is worth where it may be compared as one.
  bool holds(std::string_view text, std::optional<double> number) const;
  bool has_regex() const { return regex_.has_value(); }

 private:
  enum class Op { kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

  bool equals(std::string_view text, std::optional<double> number) const;

  Op op_ = Op::kEqual;
  std::string text_;
  bool open_front_ = false, open_back_ = false;  // an asterisk stood there
  std::optional<double> number_;
  std::optional<PatternRegex> regex_;
};

/// Conditions, told apart by their numbers, joined; && binds before ||.
class ConditionTree {
 public:
  using ParseLeaf = std::function<Result<std::size_t>()>;

  static Result<ConditionTree> parse(PatternScanner& scanner, const ParseLeaf& parse_leaf);

  bool holds(const std::function<bool(std::size_t)>& leaf_holds) const;

 private:
  enum class Kind { kLeaf, kAll, kAny };

  static Result<ConditionTree> parse_all(PatternScanner& scanner, const ParseLeaf& parse_leaf);

  Kind kind_ = Kind::kLeaf;
  std::size_t leaf_ = 0;
  std::vector<ConditionTree> parts_;
};

/// The service takes no more regular expressions than that in one pattern.
inline constexpr std::size_t kMaxRegexes = 2;

}  // namespace tunesmith::services::logs
