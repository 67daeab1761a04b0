// SPDX-License-Identifier: Apache-2.0
#include "base/failure_point.h"

#include "base/strings.h"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace tunesmith::failure_point {
namespace {

struct Armed {
  std::string name;
  std::int64_t times = 1;
};

const Armed& armed() {
  static const Armed parsed = [] {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment
    const char* text = std::getenv("TUNESMITH_FAIL_AT");
    Armed result;
    if (text == nullptr) return result;
    const std::string_view given = text;
    const auto colon = given.find(':');
    result.name = given.substr(0, colon);
    if (colon != std::string_view::npos) {
      result.times = parse_int(given.substr(colon + 1)).value_or(1);
    }
    return result;
  }();
  return parsed;
}

}  // namespace

void reach(std::string_view name) {
  const Armed& point = armed();
  if (point.name.empty() || point.name != name) return;
  static std::atomic<std::int64_t> reached = 0;
  if (++reached == point.times) {
    (void)::raise(SIGKILL);
  }
}

}  // namespace tunesmith::failure_point
