// SPDX-License-Identifier: Apache-2.0
#include "access/conditions.h"

#include "base/strings.h"
#include "base/time_format.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace tunesmith::access {
namespace {

/// Whether one value of the request and one of the policy agree.
using Comparison = bool (*)(const std::string& policy, const std::string& request,
                            const ConditionKeys& keys);

bool equal(const std::string& policy, const std::string& request, const ConditionKeys& keys) {
  const auto wanted = substitute(policy, keys);
  if (!wanted) return false;
  // Literal throughout: the pattern's own stars are none for this operator.
  std::string literal;
  for (std::size_t i = 0; i < wanted->size(); ++i) {
    if ((*wanted)[i] == kLiteral && i + 1 < wanted->size()) ++i;
    literal += (*wanted)[i];
  }
  return literal == request;
}

bool equal_without_case(const std::string& policy, const std::string& request,
                        const ConditionKeys& keys) {
  return equal(to_lower(policy), to_lower(request), keys);
}

bool like(const std::string& policy, const std::string& request, const ConditionKeys& keys) {
  const auto pattern = substitute(policy, keys);
  return pattern && matches_wildcard(*pattern, request);
}

/// Each of the six parts of an ARN is matched by itself, so that a star stays within its part.
bool arn_like(const std::string& policy, const std::string& request, const ConditionKeys& keys) {
  const auto pattern = substitute(policy, keys);
  if (!pattern) return false;
  std::string_view wanted = *pattern, given = request;
  for (int part = 0; part < 5; ++part) {
    const auto a = wanted.find(':'), b = given.find(':');
    if (a == std::string_view::npos || b == std::string_view::npos)
      return part == 0 && wanted == "*";
    if (!matches_wildcard(wanted.substr(0, a), given.substr(0, b))) return false;
    wanted.remove_prefix(a + 1);
    given.remove_prefix(b + 1);
  }
  return matches_wildcard(wanted, given);
}

bool same_truth(const std::string& policy, const std::string& request, const ConditionKeys&) {
  return iequals(policy, request);
}

template <class Compare>
bool compare_numbers(const std::string& policy, const std::string& request, Compare compare) {
  const auto wanted = parse_double(policy), given = parse_double(request);
  return wanted && given && compare(*given, *wanted);
}

std::optional<std::int64_t> moment(const std::string& text) {
  if (const auto seconds = parse_int(text)) return *seconds * 1000;
  const auto time = parse_iso8601(text);
  return time ? std::optional(to_millis(*time)) : std::nullopt;
}

template <class Compare>
bool compare_moments(const std::string& policy, const std::string& request, Compare compare) {
  const auto wanted = moment(policy), given = moment(request);
  return wanted && given && compare(*given, *wanted);
}

/// An address in network order, IPv4 as its IPv6 mapping; nothing for another text.
std::optional<std::array<std::uint8_t, 16>> address(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

struct Network {
  std::array<std::uint8_t, 16> base{};
  std::int64_t bits = 128;  // of the base that count
};

/// An address or a network: "203.0.113.0/24", "2001:db8::/32".
std::optional<Network> network(const std::string& text) {
  const auto slash = text.find('/');
  const auto base = address(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network out{*base};
  if (slash != std::string::npos) {
    const auto length = parse_int(text.substr(slash + 1));
    const std::int64_t offset = text.find(':') == std::string::npos ? 96 : 0;
    if (!length || *length < 0 || *length + offset > 128) return std::nullopt;
    out.bits = *length + offset;
  }
  return out;
}

bool in_network(const std::string& policy, const std::string& request, const ConditionKeys&) {
  const auto wanted = network(policy);
  const auto given = address(request);
  if (!wanted || !given) return false;
  std::int64_t bits = wanted->bits;
  for (std::size_t i = 0; i < 16 && bits > 0; ++i, bits -= 8) {
    const auto mask = static_cast<std::uint8_t>(bits >= 8 ? 0xff : 0xff00 >> bits);
    if ((wanted->base[i] ^ (*given)[i]) & mask) return false;
  }
  return true;
}

#define TUNESMITH_COMPARE(function, op)                                                     \
  [](const std::string& policy, const std::string& request, const ConditionKeys&) {         \
    return function(policy, request,                                                        \
                    [](const auto& given, const auto& wanted) { return given op wanted; }); \
  }

struct Operator {
  std::string_view name;
  Comparison compare;
  bool negated = false;
};

constexpr Operator kOperators[] = {
    {"StringEquals", equal},
    {"StringNotEquals", equal, true},
    {"StringEqualsIgnoreCase", equal_without_case},
    {"StringNotEqualsIgnoreCase", equal_without_case, true},
    {"StringLike", like},
    {"StringNotLike", like, true},
    {"NumericEquals", TUNESMITH_COMPARE(compare_numbers, ==)},
    {"NumericNotEquals", TUNESMITH_COMPARE(compare_numbers, ==), true},
    {"NumericLessThan", TUNESMITH_COMPARE(compare_numbers, <)},
    {"NumericLessThanEquals", TUNESMITH_COMPARE(compare_numbers, <=)},
    {"NumericGreaterThan", TUNESMITH_COMPARE(compare_numbers, >)},
    {"NumericGreaterThanEquals", TUNESMITH_COMPARE(compare_numbers, >=)},
    {"DateEquals", TUNESMITH_COMPARE(compare_moments, ==)},
    {"DateNotEquals", TUNESMITH_COMPARE(compare_moments, ==), true},
    {"DateLessThan", TUNESMITH_COMPARE(compare_moments, <)},
    {"DateLessThanEquals", TUNESMITH_COMPARE(compare_moments, <=)},
    {"DateGreaterThan", TUNESMITH_COMPARE(compare_moments, >)},
    {"DateGreaterThanEquals", TUNESMITH_COMPARE(compare_moments, >=)},
    {"Bool", same_truth},
    {"BinaryEquals", equal},
    {"IpAddress", in_network},
    {"NotIpAddress", in_network, true},
    {"ArnEquals", arn_like},
    {"ArnNotEquals", arn_like, true},
    {"ArnLike", arn_like},
    {"ArnNotLike", arn_like, true},
};
#undef TUNESMITH_COMPARE

enum class Quantifier { kNone, kAny, kAll };

struct Test {
  const Operator* op = nullptr;  // null: Null
  Quantifier quantifier = Quantifier::kNone;
  bool if_exists = false;
};

std::optional<Test> parse_test(std::string_view text) {
  Test test;
  constexpr std::string_view kAny = "ForAnyValue:", kAll = "ForAllValues:", kIfExists = "IfExists";
  if (text.starts_with(kAny)) {
    test.quantifier = Quantifier::kAny;
    text.remove_prefix(kAny.size());
  } else if (text.starts_with(kAll)) {
    test.quantifier = Quantifier::kAll;
    text.remove_prefix(kAll.size());
  }
  if (text == "Null" && test.quantifier == Quantifier::kNone) return test;
  if (text.ends_with(kIfExists)) {
    test.if_exists = true;
    text.remove_suffix(kIfExists.size());
  }
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [&](const Operator& op) { return op.name == text; });
  if (found == std::end(kOperators)) return std::nullopt;
  test.op = found;
  return test;
}

/// Whether an operator can compare with a value of a policy.
bool can_compare(const Test& test, const std::string& value) {
  if (test.op == nullptr || test.op->compare == same_truth)
    return iequals(value, "true") || iequals(value, "false");
  if (test.op->name.starts_with("Numeric")) {
    const auto number = parse_double(value);
    return number && std::isfinite(*number);
  }
  if (test.op->name.starts_with("Date")) return moment(value).has_value();
  if (test.op->name.ends_with("IpAddress")) return network(value).has_value();
  return true;
}

bool holds(const Condition& condition, const ConditionKeys& keys, Effect effect) {
  const auto test = parse_test(condition.test);
  if (!test) return false;
  if (!std::all_of(condition.values.begin(), condition.values.end(),
                   [&](const std::string& value) { return can_compare(*test, value); }))
    return effect == Effect::kDeny;
  const auto given = keys(to_lower(condition.key));
  if (test->op == nullptr) {
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const auto& value) { return iequals(value, given ? "false" : "true"); });
  }
  if (!given || given->empty()) {
    if (test->if_exists) return true;
    if (test->quantifier != Quantifier::kNone) return test->quantifier == Quantifier::kAll;
    return test->op->negated;
  }
  // A value agrees when any of the policy's does; a negated operator wants that none does.
  const auto agrees = [&](const std::string& value) {
    const bool any = std::any_of(
        condition.values.begin(), condition.values.end(),
        [&](const std::string& wanted) { return test->op->compare(wanted, value, keys); });
    return any != test->op->negated;
  };
  const bool all = test->quantifier == Quantifier::kAll ||
                   (test->quantifier == Quantifier::kNone && effect == Effect::kAllow);
  return all ? std::all_of(given->begin(), given->end(), agrees)
             : std::any_of(given->begin(), given->end(), agrees);
}

}  // namespace

bool is_condition_test(std::string_view test) { return parse_test(test).has_value(); }

bool can_compare(std::string_view test, const std::string& value) {
  const auto parsed = parse_test(test);
  return parsed && can_compare(*parsed, value);
}

bool hold(const std::vector<Condition>& conditions, const ConditionKeys& keys, Effect effect) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return holds(condition, keys, effect); });
}

std::optional<std::string> substitute(std::string_view text, const ConditionKeys& keys) {
  std::string out;
  while (!text.empty()) {
    const auto start = text.find("${");
    const auto end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) break;
    out += text.substr(0, start);
    std::string_view name = text.substr(start + 2, end - start - 2);
    text.remove_prefix(end + 1);
    std::string value;
    if (name == "*" || name == "?" || name == "$") {
      value = name;
    } else {
      // ${key, 'default'}
      std::optional<std::string> fallback;
      if (const auto comma = name.find(','); comma != std::string_view::npos) {
        const std::string_view quoted = trim(name.substr(comma + 1));
        if (quoted.size() >= 2 && quoted.front() == '\'' && quoted.back() == '\'')
          fallback = quoted.substr(1, quoted.size() - 2);
        name = trim(name.substr(0, comma));
      }
      const auto values = keys(to_lower(name));
      if (values && values->size() == 1) {
        value = values->front();
      } else if (fallback) {
        value = *fallback;
      } else {
        return std::nullopt;
      }
    }
    for (const char c : value) {
      out += kLiteral;
      out += c;
    }
  }
  return out.append(text);
}

}  // namespace tunesmith::access
