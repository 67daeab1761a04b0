// SPDX-License-Identifier: Apache-2.0
//
// The regions of the aws partition: the names that clients' own tables know.
#pragma once

#include <string_view>

namespace tunesmith::aws::sigv4 {

bool is_known_region(std::string_view region);
inline constexpr std::string_view kDefaultRegion = "us-east-1";

}  // namespace tunesmith::aws::sigv4
