// SPDX-License-Identifier: Apache-2.0
#include "http/resolver.h"

#include <netdb.h>

#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr int kMaxLookups = 16;
constexpr std::size_t kMaxFailures = 1024;
constexpr auto kFailureLifetime = std::chrono::seconds(10);

std::vector<ResolvedAddress> look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return {};
  std::vector<ResolvedAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    ResolvedAddress address;
    if (at->ai_addrlen > sizeof(address.storage)) continue;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

struct Resolver::Shared {
  std::mutex mutex;
  int lookups = 0;                                                        // guarded by mutex
  std::map<std::string, std::chrono::steady_clock::time_point> failures;  // guarded by mutex
};

Resolver::Resolver() : shared_(std::make_shared<Shared>()) {}

bool Resolver::resolve(const std::string& host, std::uint16_t port, Done done) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->lookups >= kMaxLookups) return false;
    ++shared_->lookups;
  }
  try {
    std::thread([shared = shared_, host, service = std::to_string(port), done = std::move(done)] {
      auto addresses = look_up(host, service);
      {
        const std::lock_guard lock(shared->mutex);
        --shared->lookups;
      }
      done(std::move(addresses));
    }).detach();
  } catch (const std::system_error&) {
    const std::lock_guard lock(shared_->mutex);
    --shared_->lookups;
    return false;
  }
  return true;
}

bool Resolver::failed_lately(const std::string& host) const {
  const std::lock_guard lock(shared_->mutex);
  const auto at = shared_->failures.find(host);
  return at != shared_->failures.end() &&
         std::chrono::steady_clock::now() - at->second < kFailureLifetime;
}

void Resolver::remember_failure(const std::string& host) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->failures.size() >= kMaxFailures) shared_->failures.clear();
  shared_->failures[host] = std::chrono::steady_clock::now();
}

}  // namespace tunesmith::http
