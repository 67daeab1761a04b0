// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include "base/digest.h"
#include "base/random.h"
#include "base/strings.h"

#include <algorithm>

namespace tunesmith::console {
namespace {

constexpr std::size_t kMaxToken = 1024;

// The prefix keeps a signature made here from meaning anything where the key may serve as well.
std::string sign(const std::string& key, std::string_view payload) {
  std::string message = "tunesmith-console-session\n";
  message += payload;
  return to_hex(hmac_sha256(key, message));
}

}  // namespace

std::string Sessions::issue(std::string_view user) const {
  std::string token = to_hex(user);
  token += '.' + std::to_string(to_millis(clock_.now() + kLifetime)) + '.' + random_hex(16);
  token += '.' + sign(key_, token);
  return token;
}

std::optional<Session> Sessions::verify(std::string_view token) const {
  if (token.size() > kMaxToken) return std::nullopt;
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto payload = token.substr(0, dot);
  if (!constant_time_equal(sign(key_, payload), token.substr(dot + 1))) return std::nullopt;
  const auto parts = split(payload, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto user = from_hex(parts[0]);
  const auto expires = parse_int(parts[1]);
  if (!user || !expires) return std::nullopt;
  Session session{*user, std::string(parts[2]), from_millis(*expires)};
  if (session.expires <= clock_.now()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (revoked_.contains(session.id)) return std::nullopt;
  return session;
}

void Sessions::revoke(const Session& session) {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::erase_if(revoked_, [&](const auto& entry) { return entry.second <= now; });
  // Only who is signed in adds to it; beyond the bound the one that ends first makes room.
  if (revoked_.size() >= kMaxRevoked) {
    revoked_.erase(std::min_element(revoked_.begin(), revoked_.end(),
                                    [](auto& a, auto& b) { return a.second < b.second; }));
  }
  revoked_.emplace(session.id, session.expires);
}

}  // namespace tunesmith::console
