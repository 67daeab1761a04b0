// SPDX-License-Identifier: Apache-2.0
//
// The IAM policy language as values: reading a document, and the patterns in it. Reference: the
// grammar of JSON policies in the IAM user guide. Values without identity; pure functions.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::access {

enum class Effect { kAllow, kDeny };

/// One line of a Condition block: operator, key and the values that it is compared with.
struct Condition {
  std::string test;  // "StringLike", with its prefix and suffix: "ForAnyValue:StringLikeIfExists"
  std::string key;   // "aws:SourceIp"
  std::vector<std::string> values;
};

/// Who a statement of a trust policy speaks of: {"AWS": [...], "Service": [...]} or "*".
struct PrincipalPattern {
  std::string type;  // "AWS", "Service", "Federated", "CanonicalUser"; "*" for everybody
  std::string value;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::kAllow;
  std::vector<std::string> actions;
  bool all_but_actions = false;  // NotAction
  std::vector<std::string> resources;
  bool all_but_resources = false;  // NotResource
  std::vector<PrincipalPattern> principals;
  bool all_but_principals = false;  // NotPrincipal
  std::vector<Condition> conditions;
};

struct Policy {
  std::vector<Statement> statements;
};

/// What a document is for: an identity policy names resources and no principal, a trust policy the
/// reverse.
enum class PolicyUse { kIdentity, kTrust };

/// kInvalid, with a text for the user, when `document` is not a policy for that use: bad JSON, an
/// unknown member, operator or effect, a statement that says nothing, more than 10,240 bytes.
/// Policy variables are those of version 2012-10-17; in a document of another, they are plain text.
Result<Policy> parse_policy(std::string_view document, PolicyUse use);

/// The same for a document that is to be stored: also refuses members that are there twice, and
/// values that their condition can't compare with, which its author cannot have meant.
Result<Policy> parse_new_policy(std::string_view document, PolicyUse use);

/// In a pattern, says that the character after it stands for itself.
inline constexpr char kLiteral = '\x1b';

/// Whether `text` is matched by `pattern`, in which '*' stands for any text and '?' for one
/// character. Takes time in proportion to the product of their lengths at most.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace tunesmith::access
