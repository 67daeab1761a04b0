// SPDX-License-Identifier: Apache-2.0
//
// Those policies of AWS's own that notebooks and scripts attach, reduced to the services that are
// here. Constants.
#pragma once

#include <span>
#include <string_view>

namespace tunesmith::access {

struct ManagedPolicy {
  std::string_view name;
  std::string_view path;  // "/", "/service-role/"
  std::string_view description;
  std::string_view document;
};

/// By name. Their ARNs are arn:aws:iam::aws:policy<path><name>.
std::span<const ManagedPolicy> managed_policies();

/// Null for an ARN that is not one of these.
const ManagedPolicy* find_managed_policy(std::string_view arn);

}  // namespace tunesmith::access
