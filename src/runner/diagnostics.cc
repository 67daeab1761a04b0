// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnostics.h"

#include "base/clock.h"
#include "base/files.h"

#include <unistd.h>

#include <ctime>
#include <string>

namespace tunesmith::runner {

long long wall_clock_ms() { return to_millis(SystemClock().now()); }

void note(std::string_view message) {
  const long long now = wall_clock_ms();
  const std::time_t seconds = now / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char stamp[40];
  const std::size_t length = std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string line(stamp, length);
  line.append(".").append(std::to_string(1000 + now % 1000), 1, 3).append("Z ");
  line.append(message).push_back('\n');
  // Nobody could be told of a failure to write here.
  static_cast<void>(write_all(STDERR_FILENO, line).has_value());
}

}  // namespace tunesmith::runner
