// SPDX-License-Identifier: Apache-2.0
//
// The runner's own log, runner.log (its standard error): a line an event. Apart from base/log.h
// because a runner must start in a millisecond, and loading a logging library costs as much. Thread
// safe.
#pragma once

#include <string_view>

namespace tunesmith::runner {

void note(std::string_view message);

/// Milliseconds since the epoch.
long long wall_clock_ms();

}  // namespace tunesmith::runner
