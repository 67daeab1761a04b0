// SPDX-License-Identifier: Apache-2.0
//
// Slows down who tries access keys: after a few failures from one address, further attempts have to
// wait, twice as long after each. Bounded memory. Thread safe.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::console {

class SignInLimiter {
 public:
  explicit SignInLimiter(const Clock& clock) : clock_(clock) {}

  /// How long `address` must wait before it may try; nothing when it may now.
  std::optional<std::chrono::seconds> wait(std::string_view address) const;
  void failed(std::string_view address);
  void succeeded(std::string_view address);

 private:
  struct Failures {
    int count = 0;
    Timestamp last{}, blocked_until{};
  };
  static constexpr int kFree = 5;  // failures that cost no waiting
  static constexpr std::chrono::seconds kLongestWait{60};
  static constexpr std::chrono::minutes kForget{15};
  static constexpr std::size_t kMaxAddresses = 4096;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Failures, std::less<>> failures_;  // guarded by mutex_
};

}  // namespace tunesmith::console
