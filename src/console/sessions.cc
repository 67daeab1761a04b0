// SPDX-License-Identifier: Apache-2.0
#include "console/sessions.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"
#include "base/random.h"
#include "base/strings.h"

#include <algorithm>

namespace tunesmith::console {
namespace {

constexpr std::size_t kMaxToken = 1024;
constexpr std::size_t kMaxFile = 4U << 20U;
// What is signed begins with one of these: a link is no session, and a signature made here means
// nothing where the key may serve as well.
constexpr std::string_view kSessionPurpose = "tunesmith-console-session\n";
constexpr std::string_view kLinkPurpose = "tunesmith-console-link\n";

std::string sign(const std::string& key, std::string_view purpose, std::string_view payload) {
  std::string message(purpose);
  message += payload;
  return to_hex(hmac_sha256(key, message));
}

std::string make_token(const std::string& key, std::string_view purpose, std::string_view user,
                       std::string_view access_key_id, Timestamp expires) {
  std::string token = to_hex(user) + '.' + to_hex(access_key_id);
  token += '.' + std::to_string(to_millis(expires)) + '.' + random_hex(16);
  token += '.' + sign(key, purpose, token);
  return token;
}

std::optional<Session> read_token(const std::string& key, std::string_view purpose,
                                  std::string_view token, Timestamp now) {
  if (token.size() > kMaxToken) return std::nullopt;
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto payload = token.substr(0, dot);
  if (!constant_time_equal(sign(key, purpose, payload), token.substr(dot + 1))) return std::nullopt;
  const auto parts = split(payload, '.');
  if (parts.size() != 4) return std::nullopt;
  const auto user = from_hex(parts[0]);
  const auto access_key_id = from_hex(parts[1]);
  const auto expires = parse_int(parts[2]);
  if (!user || !access_key_id || !expires) return std::nullopt;
  Session session{*user, *access_key_id, std::string(parts[3]), from_millis(*expires)};
  if (session.expires <= now) return std::nullopt;
  return session;
}

}  // namespace

std::string issue_link(const std::string& key, std::string_view user, const Clock& clock) {
  return make_token(key, kLinkPurpose, user, "", clock.now() + kLinkLifetime);
}

Sessions::Sessions(std::string key, const Clock& clock, std::filesystem::path ended)
    : key_(std::move(key)), clock_(clock), file_(std::move(ended)) {
  if (file_.empty()) return;
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return;
  const auto text = read_file(file_, kMaxFile);
  if (!text) {
    log::warning("console: reading the sessions that ended failed: {}", text.error().message);
    return;
  }
  for (const auto line : split(*text, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto until = parse_int(line.substr(space + 1));
    if (until) ended_.emplace(line.substr(0, space), from_millis(*until));
  }
}

std::string Sessions::issue(std::string_view user, std::string_view access_key_id) const {
  return make_token(key_, kSessionPurpose, user, access_key_id, clock_.now() + kLifetime);
}

std::optional<Session> Sessions::verify(std::string_view token) const {
  auto session = read_token(key_, kSessionPurpose, token, clock_.now());
  if (!session) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (ended_.contains(session->id)) return std::nullopt;
  return session;
}

Result<void> Sessions::revoke(const Session& session) {
  const std::lock_guard lock(mutex_);
  return end(session);
}

Result<std::string> Sessions::use_link(std::string_view token) {
  const auto link = read_token(key_, kLinkPurpose, token, clock_.now());
  const std::lock_guard lock(mutex_);
  if (!link || ended_.contains(link->id)) {
    return Error(ErrorKind::kDenied,
                 "this link is no longer good; `tunesmith console` prints a new one");
  }
  TUNESMITH_TRY_VOID(end(*link));
  return link->user;
}

/// With the lock held.
Result<void> Sessions::end(const Session& session) {
  const auto now = clock_.now();
  std::erase_if(ended_, [&](const auto& entry) { return entry.second <= now; });
  // Only who is signed in adds to it; beyond the bound the one that ends first makes room.
  if (ended_.size() >= kMaxEnded) {
    ended_.erase(std::min_element(ended_.begin(), ended_.end(),
                                  [](auto& a, auto& b) { return a.second < b.second; }));
  }
  ended_.emplace(session.id, session.expires);
  if (file_.empty()) return {};
  std::string text;
  for (const auto& [id, until] : ended_) text += id + ' ' + std::to_string(to_millis(until)) + '\n';
  return write_file_durably(file_, text, 0600);
}

}  // namespace tunesmith::console
