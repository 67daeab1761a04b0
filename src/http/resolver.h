// SPDX-License-Identifier: Apache-2.0
//
// Looks host names up without ever blocking the caller: the system's resolver has no time limit
// that holds, so each lookup has a thread of its own, which is left behind when nobody waits any
// more. At most a few at once. Remembers for a moment what failed, so that a network that answers
// nothing costs its timeout once. Thread safe.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tunesmith::http {

struct ResolvedAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr& get() const { return reinterpret_cast<const sockaddr&>(storage); }
};

class Resolver {
 public:
  /// Empty: no such name, or it could not be looked up.
  using Done = std::function<void(std::vector<ResolvedAddress>)>;

  Resolver();
  /// Calls `done` on another thread, possibly after this object is gone. False: too many lookups
  /// are under way, and `done` will not be called.
  bool resolve(const std::string& host, std::uint16_t port, Done done);

  bool failed_lately(const std::string& host) const;
  void remember_failure(const std::string& host);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace tunesmith::http
