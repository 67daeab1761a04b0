// SPDX-License-Identifier: Apache-2.0
//
// Condition blocks of policies: the operators, and policy variables such as ${aws:username}.
// Pure functions over what a request is known by.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/policy.h"

namespace tunesmith::access {

/// The values that a request has for a condition key (lower case), nothing when it has none. Asked
/// only for the keys that a policy names.
using ConditionKeys = std::function<std::optional<std::vector<std::string>>(std::string_view key)>;

/// Whether `test` is an operator that policies may use, with its prefix and suffix.
bool is_condition_test(std::string_view test);

/// Whether that operator can compare with a value of a policy: a number, a moment, an address or
/// network, a truth, where it is for those. There, policy variables are none.
bool can_compare(std::string_view test, const std::string& value);

/// Whether a statement of that effect is to speak of a request, going by its conditions. What is
/// not certain goes against the request: of a key with several values that is tested without a
/// quantifier, a permission needs all and a denial one; and a value that can't be compared with,
/// such as a number that is none, keeps a permission from holding and not a denial.
bool hold(const std::vector<Condition>& conditions, const ConditionKeys& keys, Effect effect);

/// `text` with its policy variables put in, as a pattern for matches_wildcard: what comes from a
/// variable is literal. Nothing when it uses a variable that the request has no single value for;
/// then nothing matches it.
std::optional<std::string> substitute(std::string_view text, const ConditionKeys& keys);

}  // namespace tunesmith::access
