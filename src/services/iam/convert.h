// SPDX-License-Identifier: Apache-2.0
//
// Between IAM's wire types and the store's rows: names, ids, ARNs, pages, errors.
#pragma once

#include "base/strings.h"
#include "services/iam/operations.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/policy.h"

namespace tunesmith::services::iam {

// Quotas of an account, as AWS sets them at first.
inline constexpr std::size_t kMaxAttachedPolicies = 10;
inline constexpr std::size_t kMaxAccessKeys = 2;
inline constexpr std::size_t kMaxInlineBytes = 10240;
inline constexpr std::size_t kMaxPrincipals = 5000;

/// "AIDA" (or another prefix of four) and 17 letters and digits.
std::string new_id(std::string_view prefix);

std::string arn_of(const RequestContext& context, const store::Principal& principal);
api::User wire_user(const RequestContext& context, const store::Principal& user);
/// Nothing without a boundary.
std::optional<api::AttachedPermissionsBoundary> wire_boundary(const store::Principal& principal);

/// IAM's error for an error of the store; `what` is the thing in question: "The user with name x".
aws::ApiError to_api_error(const Error& error, std::string_view what);
/// For what AWS knows and Tunesmith does not do.
aws::ApiError refused(std::string_view member);

/// The error that a document which is no policy deserves.
Outcome<void> check_policy(const std::string& document, access::PolicyUse use);

/// The error for a permissions boundary that is no policy, and whether `arn` may be one.
aws::ApiError no_such_boundary(const std::string& arn);
Outcome<void> check_boundary(const Service& service, const std::string& arn);

/// "The user with name x", "The role with name x".
std::string describe(store::PrincipalKind kind, std::string_view name);

Outcome<store::Principal> find(const Service& service, store::PrincipalKind kind,
                               const std::string& name);

/// The user that a request without a user name means: the caller.
Outcome<std::string> user_or_self(const RequestContext& context,
                                  const std::optional<std::string>& name);

/// What a list goes on after (the key of the last item of the page before) as the client is given
/// it, and back; an error for what no list gave.
aws::ApiError invalid_marker();
std::string to_marker(std::string_view key);
Outcome<std::string> from_marker(const std::string& marker);

/// One page of `items` in the order of `key(item)`, which tells each from the others: those after
/// the request's marker, be the item that it names there or not. Fills in IsTruncated and Marker.
template <class Item, class Key, class Input, class Output>
Outcome<std::vector<Item>> page(std::vector<Item> items, const Input& input, Output& output,
                                Key key) {
  const auto before = [](const std::string& a, const std::string& b) {
    const std::string x = to_lower(a), y = to_lower(b);
    return x != y ? x < y : a < b;
  };
  std::sort(items.begin(), items.end(),
            [&](const Item& a, const Item& b) { return before(key(a), key(b)); });
  if (input.marker) {
    TUNESMITH_TRY(const std::string seen, from_marker(*input.marker));
    std::erase_if(items, [&](const Item& item) { return !before(seen, key(item)); });
  }
  const auto limit = static_cast<std::size_t>(input.max_items.value_or(100));
  output.is_truncated = items.size() > limit;
  if (items.size() > limit) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(limit), items.end());
    output.marker = to_marker(key(items.back()));
  }
  return items;
}

/// Binds an operation to a function of (service, context, input).
template <class Op, class Function>
void add(aws::OperationTable& table, Service& service, Function function) {
  table.add<Op>([&service, function](RequestContext& context, typename Op::Input& input) {
    return function(service, context, input);
  });
}

}  // namespace tunesmith::services::iam
