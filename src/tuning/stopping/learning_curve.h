// SPDX-License-Identifier: Apache-2.0
//
// Where a learning curve is heading. Pure functions.
#pragma once

#include "tuning/stopping/stopper.h"

#include <optional>
#include <span>

namespace tunesmith::tuning {

constexpr std::size_t kFewestReports = 4;

/// The value at `resource` of the power law v(r) = a + b r^-c that fits the reports best, in least
/// squares, over c in {1/4, 1/2, 1, 2}. Nothing for fewer than kFewestReports, or where one is not
/// finite.
std::optional<double> extrapolate(std::span<const Report> reports, std::int64_t resource);

}  // namespace tunesmith::tuning
