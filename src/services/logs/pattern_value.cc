// SPDX-License-Identifier: Apache-2.0
#include "services/logs/pattern_value.h"

#include "base/strings.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tunesmith::services::logs {
namespace {

/// What may stand without quotes: words, numbers, parts of addresses, asterisks.
bool may_stand_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](const char& c) {
    return is_word({&c, 1}) || std::string_view(".*+-").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  const auto number = parse_double(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

Result<ValueTest> ValueTest::parse(PatternScanner& scanner, std::string_view stops) {
  ValueTest test;
  // Longer ones first.
  constexpr std::pair<std::string_view, Op> kOps[] = {
      {"!=", Op::kUnequal}, {"<=", Op::kLessOrEqual}, {">=", Op::kGreaterOrEqual},
      {"=", Op::kEqual},    {"<", Op::kLess},         {">", Op::kGreater}};
  const auto* op = std::find_if(std::begin(kOps), std::end(kOps),
                                [&](const auto& known) { return scanner.take(known.first); });
  if (op == std::end(kOps)) return invalid_pattern("an operator is missing");
  test.op_ = op->second;
  const bool ordered = test.op_ != Op::kEqual && test.op_ != Op::kUnequal;

  const char next = scanner.peek();
  std::string given;
  if (next == '%') {
    TUNESMITH_TRY(given, scanner.between_percents());
    TUNESMITH_TRY(test.regex_, PatternRegex::compile(given));
  } else if (next == '"') {
    TUNESMITH_TRY(given, scanner.quoted());
  } else {
    given = scanner.until(stops);
    if (!may_stand_bare(given)) return invalid_term(given);
    test.number_ = number_in(given);
  }
  if (ordered && !test.number_) return invalid_pattern("'" + given + "' is not a number");
  std::string_view text = given;
  test.open_front_ = text.starts_with('*');
  if (test.open_front_) text.remove_prefix(1);
  test.open_back_ = text.ends_with('*');
  if (test.open_back_) text.remove_suffix(1);
  test.text_ = text;
  return test;
}

bool ValueTest::equals(std::string_view text, std::optional<double> number) const {
  if (regex_) return regex_->matches(text);
  if (number_ && number) return *number == *number_;
  if (open_front_ && open_back_) return text.find(text_) != std::string_view::npos;
  if (open_front_) return text.ends_with(text_);
  if (open_back_) return text.starts_with(text_);
  return text == text_;
}

bool ValueTest::holds(std::string_view text, std::optional<double> number) const {
  switch (op_) {
    case Op::kEqual:
      return equals(text, number);
    case Op::kUnequal:
      return !equals(text, number);
    case Op::kLess:
      return number && *number < *number_;
    case Op::kLessOrEqual:
      return number && *number <= *number_;
    case Op::kGreater:
      return number && *number > *number_;
    case Op::kGreaterOrEqual:
      return number && *number >= *number_;
  }
  return false;
}

Result<ConditionTree> ConditionTree::parse(PatternScanner& scanner, const ParseLeaf& parse_leaf) {
  ConditionTree any;
  any.kind_ = Kind::kAny;
  do {
    TUNESMITH_TRY(auto part, parse_all(scanner, parse_leaf));
    any.parts_.push_back(std::move(part));
  } while (scanner.take("||"));
  return any;
}

Result<ConditionTree> ConditionTree::parse_all(PatternScanner& scanner,
                                               const ParseLeaf& parse_leaf) {
  ConditionTree all;
  all.kind_ = Kind::kAll;
  do {
    if (scanner.take("(")) {
      TUNESMITH_TRY(auto inner, parse(scanner, parse_leaf));
      if (!scanner.take(")")) return invalid_pattern("a parenthesis is not closed");
      all.parts_.push_back(std::move(inner));
      continue;
    }
    ConditionTree leaf;
    TUNESMITH_TRY(leaf.leaf_, parse_leaf());
    all.parts_.push_back(std::move(leaf));
  } while (scanner.take("&&"));
  return all;
}

bool ConditionTree::holds(const std::function<bool(std::size_t)>& leaf_holds) const {
  const auto part_holds = [&](const ConditionTree& part) { return part.holds(leaf_holds); };
  switch (kind_) {
    case Kind::kLeaf:
      return leaf_holds(leaf_);
    case Kind::kAll:
      return std::all_of(parts_.begin(), parts_.end(), part_holds);
    case Kind::kAny:
      return std::any_of(parts_.begin(), parts_.end(), part_holds);
  }
  return false;
}

}  // namespace tunesmith::services::logs
