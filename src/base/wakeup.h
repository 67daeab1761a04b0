// SPDX-License-Identifier: Apache-2.0
//
// A bell between threads: whoever has work for a loop rings, the loop sleeps until it rings. A ring
// while nobody sleeps is kept. Thread safe.
#pragma once

#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace tunesmith {

class Wakeup {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    changed_.notify_one();
  }
  /// Returns at the next ring, at once for one that was kept, or after `at_most`.
  void wait(Millis at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [&] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;  // guarded by mutex_
};

}  // namespace tunesmith
