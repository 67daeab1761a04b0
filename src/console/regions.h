// SPDX-License-Identifier: Apache-2.0
//
// The regions of AWS's commercial partition: the store keeps jobs by region, the console lists
// those of all.
#pragma once

#include <string>
#include <vector>

namespace tunesmith::console {

std::vector<std::string> commercial_regions();

}  // namespace tunesmith::console
