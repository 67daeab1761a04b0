// SPDX-License-Identifier: Apache-2.0
#include "access/policy.h"

#include "base/strings.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>

#include "access/conditions.h"

namespace tunesmith::access {
namespace {

namespace json = boost::json;
using Failure = boost::system::error_code;

constexpr std::size_t kMaxDocument = 10240;

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

/// A string, or a list of strings, none of them empty.
Result<std::vector<std::string>> strings(const json::value& value, std::string_view member) {
  std::vector<std::string> out;
  const auto add = [&out](const json::value& item) {
    // An escape of JSON could write the mark of literals, which no name contains.
    if (!item.is_string() || item.get_string().empty() ||
        item.get_string().find(kLiteral) != json::string::npos)
      return false;
    out.emplace_back(item.get_string());
    return true;
  };
  bool good = true;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) good = good && add(item);
    good = good && !out.empty();
  } else {
    good = add(value);
  }
  if (!good)
    return invalid(fmt::format("{} must be a string or a list of strings, not empty.", member));
  return out;
}

/// Conditions compare texts: numbers and booleans stand for theirs.
Result<std::vector<std::string>> condition_values(const json::value& value, std::string_view key) {
  std::vector<std::string> out;
  const auto add = [&out](const json::value& item) {
    if (item.is_string() && item.get_string().find(kLiteral) == json::string::npos) {
      out.emplace_back(item.get_string());
    } else if (item.is_bool() || item.is_number()) {
      out.push_back(json::serialize(item));
    } else {
      return false;
    }
    return true;
  };
  bool good = true;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) good = good && add(item);
  } else {
    good = add(value);
  }
  if (!good) return invalid(fmt::format("The condition on {} must compare with strings.", key));
  return out;
}

Result<std::vector<Condition>> conditions(const json::value& value) {
  if (!value.is_object()) return invalid("Condition must be an object.");
  std::vector<Condition> out;
  for (const auto& [test, keys] : value.get_object()) {
    if (!is_condition_test(test))
      return invalid(fmt::format("Invalid Condition type : {}.", std::string_view(test)));
    if (!keys.is_object())
      return invalid(fmt::format("Condition {} must be an object.", std::string_view(test)));
    for (const auto& [key, values] : keys.get_object()) {
      TUNESMITH_TRY(auto texts, condition_values(values, key));
      out.push_back({test, key, std::move(texts)});
    }
  }
  return out;
}

Result<std::vector<PrincipalPattern>> principals(const json::value& value) {
  std::vector<PrincipalPattern> out;
  if (value.is_string() && value.get_string() == "*") {
    out.push_back({"*", "*"});
    return out;
  }
  if (!value.is_object() || value.get_object().empty())
    return invalid("Principal must be \"*\" or an object.");
  for (const auto& [type, names] : value.get_object()) {
    if (type != "AWS" && type != "Service" && type != "Federated" && type != "CanonicalUser")
      return invalid(fmt::format("Invalid principal type: {}.", std::string_view(type)));
    TUNESMITH_TRY(auto values, strings(names, "Principal"));
    for (std::string& name : values) out.push_back({type, std::move(name)});
  }
  return out;
}

Result<void> check_actions(const std::vector<std::string>& actions) {
  for (const std::string& action : actions) {
    const auto colon = action.find(':');
    if (action != "*" && (colon == std::string::npos || colon == 0 || colon + 1 == action.size()))
      return invalid("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  return {};
}

Result<Statement> statement(const json::value& value, PolicyUse use) {
  if (!value.is_object()) return invalid("Each Statement must be an object.");
  Statement out;
  bool has_effect = false;
  for (const auto& [name, member] : value.get_object()) {
    if (name == "Sid") {
      if (!member.is_string()) return invalid("Sid must be a string.");
      out.sid = member.get_string();
    } else if (name == "Effect") {
      const bool allow = member.is_string() && member.get_string() == "Allow";
      if (!allow && !(member.is_string() && member.get_string() == "Deny"))
        return invalid("Effect must be Allow or Deny.");
      out.effect = allow ? Effect::kAllow : Effect::kDeny;
      has_effect = true;
    } else if (name == "Action" || name == "NotAction") {
      if (!out.actions.empty()) return invalid("A Statement has either Action or NotAction.");
      TUNESMITH_TRY(out.actions, strings(member, name));
      out.all_but_actions = name == "NotAction";
    } else if (name == "Resource" || name == "NotResource") {
      if (!out.resources.empty()) return invalid("A Statement has either Resource or NotResource.");
      TUNESMITH_TRY(out.resources, strings(member, name));
      out.all_but_resources = name == "NotResource";
    } else if (name == "Principal" || name == "NotPrincipal") {
      if (!out.principals.empty())
        return invalid("A Statement has either Principal or NotPrincipal.");
      TUNESMITH_TRY(out.principals, principals(member));
      out.all_but_principals = name == "NotPrincipal";
    } else if (name == "Condition") {
      TUNESMITH_TRY(out.conditions, conditions(member));
    } else {
      return invalid(
          fmt::format("Syntax errors in policy: unknown member {}.", std::string_view(name)));
    }
  }
  if (!has_effect) return invalid("Missing required field Effect cannot be empty!");
  if (out.actions.empty()) return invalid("Policy statement must contain actions.");
  TUNESMITH_TRY_VOID(check_actions(out.actions));
  if (use == PolicyUse::kIdentity) {
    if (!out.principals.empty()) return invalid("Policy document should not specify a principal.");
    if (out.resources.empty()) return invalid("Policy statement must contain resources.");
  } else {
    if (!out.resources.empty()) return invalid("Has prohibited field Resource");
    if (out.principals.empty()) return invalid("Missing required field Principal cannot be empty!");
  }
  return out;
}

/// Keeps "${" from being read as a policy variable.
void take_literally(std::string& text) {
  for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2))
    text.insert(at + 1, 1, kLiteral);
}

/// Sees a JSON document go by and keeps the first member's name that an object has twice, which the
/// library's own values can't show.
class RepeatedMember {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  std::optional<std::string> found;

  bool on_object_begin(Failure&) {
    objects_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Failure&) {
    objects_.pop_back();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, Failure&) {
    name_ += part;
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Failure&) {
    name_ += part;
    if (!objects_.back().insert(name_).second && !found) found = name_;
    name_.clear();
    return true;
  }
  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t, Failure&) { return true; }
  bool on_string_part(json::string_view, std::size_t, Failure&) { return true; }
  bool on_string(json::string_view, std::size_t, Failure&) { return true; }
  bool on_number_part(json::string_view, Failure&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Failure&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Failure&) { return true; }
  bool on_double(double, json::string_view, Failure&) { return true; }
  bool on_bool(bool, Failure&) { return true; }
  bool on_null(Failure&) { return true; }
  bool on_comment_part(json::string_view, Failure&) { return true; }
  bool on_comment(json::string_view, Failure&) { return true; }

 private:
  std::vector<std::set<std::string, std::less<>>> objects_;  // the names of those that are open
  std::string name_;
};

/// The name of a member that an object of this JSON, which is known to be good, has twice.
std::optional<std::string> repeated_member(std::string_view document) {
  json::basic_parser<RepeatedMember> parser{json::parse_options()};
  Failure failed;
  parser.write_some(false, document.data(), document.size(), failed);
  return parser.handler().found;
}

}  // namespace

Result<Policy> parse_policy(std::string_view document, PolicyUse use) {
  // Also keeps kLiteral out of patterns.
  const auto is_control = [](char c) {
    return (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == '\x7f';
  };
  if (std::any_of(document.begin(), document.end(), is_control))
    return invalid("This policy contains control characters.");
  if (document.size() > kMaxDocument)
    return invalid(fmt::format("The policy must not be longer than {} bytes.", kMaxDocument));
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 16;
  const json::value root = json::parse(document, failed, {}, options);
  if (failed || !root.is_object()) return invalid("This policy contains invalid Json");
  Policy out;
  bool has_statement = false, has_variables = false;
  for (const auto& [name, member] : root.get_object()) {
    if (name == "Version") {
      if (!member.is_string() ||
          (member.get_string() != "2012-10-17" && member.get_string() != "2008-10-17"))
        return invalid("The policy must have the version 2012-10-17 or 2008-10-17.");
      has_variables = member.get_string() == "2012-10-17";
    } else if (name == "Statement") {
      has_statement = true;
      if (member.is_array()) {
        for (const json::value& item : member.get_array()) {
          TUNESMITH_TRY(Statement one, statement(item, use));
          out.statements.push_back(std::move(one));
        }
      } else {
        TUNESMITH_TRY(Statement one, statement(member, use));
        out.statements.push_back(std::move(one));
      }
    } else if (name != "Id") {
      return invalid(
          fmt::format("Syntax errors in policy: unknown member {}.", std::string_view(name)));
    }
  }
  if (!has_statement || out.statements.empty())
    return invalid("Syntax errors in policy: Statement is missing.");
  if (!has_variables) {
    for (Statement& one : out.statements) {
      std::for_each(one.resources.begin(), one.resources.end(), take_literally);
      for (Condition& condition : one.conditions)
        std::for_each(condition.values.begin(), condition.values.end(), take_literally);
    }
  }
  return out;
}

Result<Policy> parse_new_policy(std::string_view document, PolicyUse use) {
  TUNESMITH_TRY(Policy policy, parse_policy(document, use));
  if (const auto name = repeated_member(document))
    return invalid(fmt::format("Syntax errors in policy: the member {} is there twice.",
                               json::serialize(json::value(*name))));
  for (const Statement& one : policy.statements) {
    for (const Condition& condition : one.conditions) {
      for (const std::string& value : condition.values) {
        if (!can_compare(condition.test, value))
          return invalid(fmt::format("The condition {} on {} cannot compare with \"{}\".",
                                     condition.test, condition.key, value));
      }
    }
  }
  return policy;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  // Greedy with one place to come back to: the last star. A later star makes earlier ones final.
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  // Length of the piece of the pattern at p that matches text[t]; 0 when it does not.
  const auto piece = [&]() -> std::size_t {
    if (p == pattern.size()) return 0;
    if (pattern[p] == kLiteral && p + 1 < pattern.size()) return pattern[p + 1] == text[t] ? 2 : 0;
    return pattern[p] == '?' || pattern[p] == text[t] ? 1 : 0;
  };
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (const std::size_t length = piece(); length > 0) {
      p += length;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace tunesmith::access
