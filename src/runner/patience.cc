// SPDX-License-Identifier: Apache-2.0
#include "runner/patience.h"

#include "runner/diagnostics.h"

namespace tunesmith::runner {

Result<void> patiently(const std::function<Result<void>()>& start,
                       const std::function<bool(std::chrono::milliseconds)>& pause) {
  constexpr int kTries = 120;
  constexpr std::chrono::milliseconds kPause{500};
  for (int tries = 1;; ++tries) {
    auto started = start();
    if (started || started.error().kind != ErrorKind::kUnavailable || tries == kTries)
      return started;
    note(started.error().message + "; trying again");
    if (!pause(kPause)) return started;
  }
}

}  // namespace tunesmith::runner
