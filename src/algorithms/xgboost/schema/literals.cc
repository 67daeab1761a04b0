// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/literals.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <cmath>
#include <limits>

namespace tunesmith::algorithms::xgboost {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Removes the underscores that Python allows between digits; nothing when one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return out;
}

// A cursor over a literal: the few tokens that tuples and lists of integers need.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool peek(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }
  std::optional<std::int64_t> integer() {
    skip_blanks();
    const auto start = at_;
    if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '_')) ++at_;
    return python_int(text_.substr(start, at_ - start));
  }
  // Integers separated by commas up to `closing` (or the end, when it is 0); a trailing comma is
  // fine.
  std::optional<std::vector<std::int64_t>> integers(char closing) {
    std::vector<std::int64_t> values;
    while (!(closing != 0 ? take(closing) : at_end())) {
      const auto value = integer();
      if (!value) return std::nullopt;
      values.push_back(*value);
      if (take(',')) continue;
      if (closing != 0 ? !take(closing) : !at_end()) return std::nullopt;
      return values;
    }
    return values;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string join(const std::vector<std::int64_t>& values) {
  std::string out;
  for (const auto value : values) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{}", value);
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> python_int(std::string_view text) {
  const auto digits = without_underscores(trim(text));
  if (!digits || digits->empty()) return std::nullopt;
  if (digits->size() > 1 && digits->front() == '+' && !is_digit((*digits)[1])) return std::nullopt;
  return parse_int(*digits);
}

std::optional<double> python_float(std::string_view text) {
  const auto digits = without_underscores(trim(text));
  if (!digits || digits->empty()) return std::nullopt;
  const bool negative = digits->front() == '-';
  const bool sign = negative || digits->front() == '+';
  const auto body = to_lower(std::string_view(*digits).substr(sign ? 1 : 0));
  if (body == "inf" || body == "infinity") {
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  }
  if (body == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (body.empty() || !(is_digit(body.front()) || body.front() == '.')) return std::nullopt;
  const auto value = parse_double(body);
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

std::optional<std::vector<std::int64_t>> python_int_tuple(std::string_view text) {
  Cursor cursor(text);
  if (cursor.at_end()) return std::nullopt;
  const char closing = cursor.take('(') ? ')' : cursor.take('[') ? ']' : '\0';
  auto values = cursor.integers(closing);
  if (!values || !cursor.at_end()) return std::nullopt;
  return values;
}

std::optional<std::vector<std::vector<std::int64_t>>> python_nested_list(std::string_view text) {
  Cursor cursor(text);
  const char closing = cursor.take('(') ? ')' : cursor.take('[') ? ']' : '\0';
  if (closing == '\0') return std::nullopt;
  std::vector<std::vector<std::int64_t>> out;
  while (!cursor.take(closing)) {
    const char inner = cursor.take('(') ? ')' : cursor.take('[') ? ']' : '\0';
    if (inner == '\0') return std::nullopt;
    auto values = cursor.integers(inner);
    if (!values) return std::nullopt;
    out.push_back(std::move(*values));
    if (!cursor.take(',') && !cursor.peek(closing)) return std::nullopt;
  }
  if (!cursor.at_end()) return std::nullopt;
  return out;
}

std::string python_repr(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const auto& value : values) {
    if (out.size() > 1) out += ", ";
    out.append(1, '\'').append(value).append(1, '\'');
  }
  out += ']';
  return out;
}

std::string python_repr_tuple(const std::vector<std::int64_t>& values) {
  return fmt::format("({}{})", join(values), values.size() == 1 ? "," : "");
}

std::string python_repr(const std::vector<std::vector<std::int64_t>>& values) {
  std::string out = "[";
  for (const auto& inner : values) {
    if (out.size() > 1) out += ", ";
    out.append(1, '[').append(join(inner)).append(1, ']');
  }
  out += ']';
  return out;
}

std::string python_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  const double size = std::fabs(value);
  // Python prints whole numbers up to 1e16 in full, where the shortest form would be "1e+05".
  if (size < 1e16 && size == std::floor(size)) return fmt::format("{:.1f}", value);
  if (size >= 1e-4 && size < 1e16) {
    auto text = fmt::format("{}", value);
    if (text.find('e') == std::string::npos) return text;
  }
  return format_double(value);
}

}  // namespace tunesmith::algorithms::xgboost
