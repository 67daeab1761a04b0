// SPDX-License-Identifier: Apache-2.0
//
// What policies say of a request: an explicit denial outweighs every permission, and what nothing
// permits is denied. Reference: policy evaluation logic for one account in the IAM user guide. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/conditions.h"
#include "access/policy.h"

namespace tunesmith::access {

/// What a principal wants to do.
struct Request {
  std::string_view action;    // "sagemaker:CreateTrainingJob"
  std::string_view resource;  // an ARN, or "*" for actions that have none
  const ConditionKeys& keys;
};

enum class Verdict {
  kAllowed,
  kDeniedExplicitly,
  kNotAllowed,
  kDeniedByBoundary,  // explicitly
  kOutsideBoundary,   // allowed but for a boundary that says nothing of it
};

/// Whether something says no, and not only nothing says yes.
constexpr bool is_denial(Verdict verdict) {
  return verdict == Verdict::kDeniedExplicitly || verdict == Verdict::kDeniedByBoundary;
}

/// What identity policies say together.
Verdict evaluate(const std::vector<Policy>& policies, const Request& request);

/// The same within a permissions boundary: what is to be done must be allowed by both.
Verdict evaluate_within(const Policy& boundary, const std::vector<Policy>& policies,
                        const Request& request);

/// Whether a trust policy lets `principals` (every form of one caller: its id, its account's root
/// ARN, its account) do `action` to the role.
Verdict evaluate_trust(const Policy& policy, std::string_view action,
                       const std::vector<std::string>& principals, const ConditionKeys& keys);

/// Whether a role's trust policy, given as its text, lets one of AWS's services
/// ("sagemaker.amazonaws.com") act as the role for what has the ARN `source` in that account.
Result<bool> lets_service_act(const std::string& trust_policy, const std::string& service,
                              const std::string& account, const std::string& source);

/// Whether the policies allow everything, whatever the request: nothing is denied and one statement
/// allows every action on every resource without conditions.
bool allow_everything(const std::vector<Policy>& policies);

}  // namespace tunesmith::access
