// SPDX-License-Identifier: Apache-2.0
//
// Structured process log on standard error, one line an event. Cheap to include: the logging
// library stays in log.cc, format with fmt at the call ("fmt/core.h"). Never log a secret. Thread
// safe.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace tunesmith::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

/// Drops what is below `level` from now on; kOff drops everything. Default: kInfo.
void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kDebug))
    write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kInfo)) write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kWarning))
    write(Level::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kError))
    write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tunesmith::log
