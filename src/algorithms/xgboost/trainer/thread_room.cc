// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/thread_room.h"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace tunesmith::algorithms::xgboost {

int threads_within_limits(int wanted) {
  if (wanted <= 1) return wanted;
  // The kernel counts a thread for a moment after it was joined, and others start some meanwhile.
  constexpr int kMargin = 2;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  bool enough = true;
  std::vector<std::thread> made;
  made.reserve(static_cast<std::size_t>(wanted + kMargin));
  try {
    for (int i = 0; i < wanted + kMargin; ++i) {
      made.emplace_back([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return done; });
      });
    }
  } catch (const std::system_error&) {
    enough = false;
  }
  {
    const std::lock_guard lock(mutex);
    done = true;
  }
  changed.notify_all();
  for (std::thread& thread : made) thread.join();
  return enough ? wanted : 1;
}

}  // namespace tunesmith::algorithms::xgboost
