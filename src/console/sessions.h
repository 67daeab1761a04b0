// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in to the console. A session is a token in a cookie: user, access key, end and a
// random id, signed with a key of the server, so that it survives a restart and nothing is kept for
// it. Ids that count no more before their end (of sessions that were signed out, of links that were
// used) are kept in a file. Thread safe.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::console {

struct Session {
  std::string user;
  std::string access_key_id;  // that was signed in with; empty: a link
  std::string id;
  Timestamp expires{};
};

/// A token that signs `user` in once, within the next kLinkLifetime: whoever has the server's
/// session key may make one.
std::string issue_link(const std::string& key, std::string_view user, const Clock& clock);
inline constexpr std::chrono::minutes kLinkLifetime{5};

class Sessions {
 public:
  static constexpr std::chrono::hours kLifetime{12};

  /// `key`: secret bytes, at least 16; `clock` must outlive this. `ended`: the file of ids that
  /// count no more; empty: they are forgotten with this object. A file that can't be read or
  /// understood is an empty one.
  Sessions(std::string key, const Clock& clock, std::filesystem::path ended = {});

  /// A token for a new session. Only [0-9a-f.] occur in it.
  std::string issue(std::string_view user, std::string_view access_key_id) const;
  /// The session of a token; nothing when it is forged, over or signed out. Any text may come in.
  std::optional<Session> verify(std::string_view token) const;
  /// Ends a session before its time; kept when this returns.
  Result<void> revoke(const Session& session);
  /// The user of a link, which is used up by this; kDenied when it is forged, over or used.
  Result<std::string> use_link(std::string_view token);

 private:
  static constexpr std::size_t kMaxEnded = 10'000;

  Result<void> end(const Session& session);

  const std::string key_;
  const Clock& clock_;
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::map<std::string, Timestamp, std::less<>> ended_;  // guarded by mutex_: id to end
};

}  // namespace tunesmith::console
