// SPDX-License-Identifier: Apache-2.0
#include "console/sign_in_limiter.h"

#include <algorithm>

namespace tunesmith::console {

std::optional<std::chrono::seconds> SignInLimiter::wait(std::string_view address) const {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(address);
  if (found == failures_.end() || found->second.blocked_until <= now) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second.blocked_until - now);
}

void SignInLimiter::failed(std::string_view address) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto found = failures_.find(address);
  if (found == failures_.end()) {
    if (failures_.size() >= kMaxAddresses) {
      failures_.erase(std::min_element(
          failures_.begin(), failures_.end(),
          [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
    }
    found = failures_.emplace(std::string(address), Failures{}).first;
  }
  Failures& f = found->second;
  if (f.count > 0 && now - f.last > kForget) f.count = 0;
  f.count = std::min(f.count + 1, 30);
  f.last = now;
  if (f.count >= kFree) {
    const std::chrono::seconds penalty{1LL << std::min(f.count - kFree, 10)};
    f.blocked_until = now + std::min(penalty, kLongestWait);
  }
}

void SignInLimiter::succeeded(std::string_view address) {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(address);
  if (found != failures_.end()) failures_.erase(found);
}

}  // namespace tunesmith::console
