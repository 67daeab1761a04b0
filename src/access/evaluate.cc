// SPDX-License-Identifier: Apache-2.0
#include "access/evaluate.h"

#include "base/strings.h"

#include <algorithm>

namespace tunesmith::access {
namespace {

/// Actions have no case.
bool names_action(const Statement& statement, std::string_view action) {
  const std::string wanted = to_lower(action);
  const bool named = std::any_of(
      statement.actions.begin(), statement.actions.end(),
      [&](const std::string& pattern) { return matches_wildcard(to_lower(pattern), wanted); });
  return named != statement.all_but_actions;
}

/// SageMaker's names have no case: its ARNs are in lower case, whatever case a name was given in,
/// and requests may give an ARN in any.
bool has_case(std::string_view resource) { return !resource.starts_with("arn:aws:sagemaker:"); }

/// A pattern with a variable that the request has no value for matches nothing; under NotResource
/// of a permission that would let the request through, so there it matches everything.
bool names_resource(const Statement& statement, const Request& request) {
  const bool exact = has_case(request.resource);
  const bool when_unknown = statement.all_but_resources && statement.effect == Effect::kAllow;
  const bool named = std::any_of(
      statement.resources.begin(), statement.resources.end(), [&](const std::string& text) {
        const auto pattern = substitute(text, request.keys);
        if (!pattern) return when_unknown;
        return exact ? matches_wildcard(*pattern, request.resource)
                     : matches_wildcard(to_lower(*pattern), to_lower(request.resource));
      });
  return named != statement.all_but_resources;
}

/// `type`: of all of the principals, "AWS" or "Service".
bool names_principal(const Statement& statement, std::string_view type,
                     const std::vector<std::string>& principals) {
  const bool named =
      std::any_of(statement.principals.begin(), statement.principals.end(),
                  [&](const PrincipalPattern& pattern) {
                    // {"AWS": "*"} means everybody, as "*" does.
                    if (pattern.type == "*" || (pattern.type == "AWS" && pattern.value == "*"))
                      return true;
                    return pattern.type == type && std::find(principals.begin(), principals.end(),
                                                             pattern.value) != principals.end();
                  });
  return named != statement.all_but_principals;
}

/// Folds what one statement that speaks of the request says into `verdict`.
void add(Verdict& verdict, const Statement& statement) {
  if (statement.effect == Effect::kDeny) {
    verdict = Verdict::kDeniedExplicitly;
  } else if (verdict == Verdict::kNotAllowed) {
    verdict = Verdict::kAllowed;
  }
}

Verdict trust_of(const Policy& policy, std::string_view action, std::string_view type,
                 const std::vector<std::string>& principals, const ConditionKeys& keys) {
  Verdict verdict = Verdict::kNotAllowed;
  for (const Statement& statement : policy.statements) {
    if (names_action(statement, action) && names_principal(statement, type, principals) &&
        hold(statement.conditions, keys, statement.effect)) {
      add(verdict, statement);
    }
  }
  return verdict;
}

}  // namespace

Verdict evaluate(const std::vector<Policy>& policies, const Request& request) {
  Verdict verdict = Verdict::kNotAllowed;
  for (const Policy& policy : policies) {
    for (const Statement& statement : policy.statements) {
      if (names_action(statement, request.action) && names_resource(statement, request) &&
          hold(statement.conditions, request.keys, statement.effect)) {
        add(verdict, statement);
      }
    }
  }
  return verdict;
}

Verdict evaluate_within(const Policy& boundary, const std::vector<Policy>& policies,
                        const Request& request) {
  const Verdict own = evaluate(policies, request);
  if (own == Verdict::kDeniedExplicitly) return own;
  const Verdict limit = evaluate({boundary}, request);
  if (limit == Verdict::kDeniedExplicitly) return Verdict::kDeniedByBoundary;
  if (own == Verdict::kAllowed && limit != Verdict::kAllowed) return Verdict::kOutsideBoundary;
  return own;
}

Verdict evaluate_trust(const Policy& policy, std::string_view action,
                       const std::vector<std::string>& principals, const ConditionKeys& keys) {
  return trust_of(policy, action, "AWS", principals, keys);
}

Result<bool> lets_service_act(const std::string& trust_policy, const std::string& service,
                              const std::string& account, const std::string& source) {
  TUNESMITH_TRY(const Policy trust, parse_policy(trust_policy, PolicyUse::kTrust));
  const ConditionKeys keys = [&](std::string_view key) -> std::optional<std::vector<std::string>> {
    if (key == "aws:sourceaccount") return std::vector{account};
    if (key == "aws:sourcearn") return std::vector{source};
    return std::nullopt;
  };
  return trust_of(trust, "sts:AssumeRole", "Service", {service}, keys) == Verdict::kAllowed;
}

bool allow_everything(const std::vector<Policy>& policies) {
  const auto is_star = [](const std::vector<std::string>& patterns) {
    return std::find(patterns.begin(), patterns.end(), "*") != patterns.end();
  };
  bool all = false;
  for (const Policy& policy : policies) {
    for (const Statement& statement : policy.statements) {
      if (statement.effect == Effect::kDeny) return false;
      all = all || (statement.conditions.empty() && !statement.all_but_actions &&
                    !statement.all_but_resources && is_star(statement.actions) &&
                    is_star(statement.resources));
    }
  }
  return all;
}

}  // namespace tunesmith::access
