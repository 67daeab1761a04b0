// SPDX-License-Identifier: Apache-2.0
//
// Time comes in through this interface, so that the domain can be run under a virtual clock.
// Wall-clock times are kept in whole milliseconds since the epoch: what the API shows and the store
// keeps.
#pragma once

#include <chrono>
#include <cstdint>

namespace tunesmith {

using Millis = std::chrono::milliseconds;
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Millis>;

inline std::int64_t to_millis(Timestamp t) { return t.time_since_epoch().count(); }
inline Timestamp from_millis(std::int64_t ms) { return Timestamp(Millis(ms)); }

/// Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  }
};

}  // namespace tunesmith
