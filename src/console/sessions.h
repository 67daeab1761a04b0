// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in to the console. A session is a token in a cookie: user, end and a random id,
// signed with a key of the server, so that it survives a restart and nothing is kept for it. A
// session that was signed out is remembered until its end (by this process). Thread safe.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::console {

struct Session {
  std::string user;
  std::string id;
  Timestamp expires{};
};

class Sessions {
 public:
  static constexpr std::chrono::hours kLifetime{12};

  /// `key`: secret bytes, at least 16; `clock` must outlive this.
  Sessions(std::string key, const Clock& clock) : key_(std::move(key)), clock_(clock) {}

  /// A token for a new session. Only [0-9a-f.] occur in it.
  std::string issue(std::string_view user) const;
  /// The session of a token; nothing when it is forged, over or signed out. Any text may come in.
  std::optional<Session> verify(std::string_view token) const;
  /// Ends a session before its time.
  void revoke(const Session& session);

 private:
  static constexpr std::size_t kMaxRevoked = 10'000;

  const std::string key_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Timestamp, std::less<>> revoked_;  // guarded by mutex_: id to end
};

}  // namespace tunesmith::console
