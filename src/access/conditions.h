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

/// Whether every condition holds for a request.
bool hold(const std::vector<Condition>& conditions, const ConditionKeys& keys);

/// `text` with its policy variables put in, as a pattern for matches_wildcard: what comes from a
/// variable is literal. Nothing when it uses a variable that the request has no single value for;
/// then nothing matches it.
std::optional<std::string> substitute(std::string_view text, const ConditionKeys& keys);

}  // namespace tunesmith::access
