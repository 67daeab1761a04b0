// SPDX-License-Identifier: Apache-2.0
//
// Time that passes only when a test says so, and what is to happen in it. Two times, as in life:
// elapsed() never steps back and orders what was scheduled; the wall clock that the code under test
// reads can be made to jump. One thread.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace tunesmith::fakes {

class VirtualTime final : public Clock {
 public:
  using Event = std::function<void()>;

  Timestamp now() const override { return from_millis(kEpoch) + elapsed_ + jumped_; }
  Millis elapsed() const { return elapsed_; }
  /// The wall clock is set forward or back.
  void jump(Millis by) { jumped_ += by; }

  /// Events of the same instant happen in the order in which they were scheduled.
  void after(Millis delay, Event event) {
    events_.emplace(std::pair(elapsed_ + delay, ++scheduled_), std::move(event));
  }
  bool idle() const { return events_.empty(); }
  /// When the next event is due; only when not idle.
  Millis next() const { return events_.begin()->first.first; }
  void advance_to(Millis elapsed) {
    if (elapsed > elapsed_) elapsed_ = elapsed;
  }
  /// Goes to the next event and lets it happen.
  void run_next() {
    advance_to(next());
    const Event event = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    event();
  }

 private:
  static constexpr std::int64_t kEpoch = 1'800'000'000'000;
  Millis elapsed_{0};
  Millis jumped_{0};
  std::uint64_t scheduled_ = 0;
  std::map<std::pair<Millis, std::uint64_t>, Event> events_;
};

}  // namespace tunesmith::fakes
