// SPDX-License-Identifier: Apache-2.0
//
// Trying again while the system makes no process: a limit on processes or a want of memory passes.
#pragma once

#include "base/result.h"

#include <chrono>
#include <functional>

namespace tunesmith::runner {

/// Calls `start` until it does not say kUnavailable, every half second for a minute at most, or
/// until `pause`, which waits, says that it is not to go on. Returns what `start` said last.
Result<void> patiently(const std::function<Result<void>()>& start,
                       const std::function<bool(std::chrono::milliseconds)>& pause);

}  // namespace tunesmith::runner
