// SPDX-License-Identifier: Apache-2.0
#include "http/loop.h"

#include "base/clock.h"
#include "base/time_format.h"

#include <vector>

namespace tunesmith::http {

void Loop::start_ticking() { tick(); }

void Loop::tick() {
  const auto now = LoopMember::Clock::now();
  // A member may leave while it is asked.
  const std::vector<std::shared_ptr<LoopMember>> members(members_.begin(), members_.end());
  for (const auto& member : members) member->on_tick(now);
  schedule_tick();
}

// Setting the time anew cancels what was waited for before.
void Loop::schedule_tick() {
  // Without members nothing has a deadline: wake seldom.
  tick_.expires_after(std::chrono::milliseconds(members_.empty() ? 10'000 : 250));
  tick_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Loop::add(std::shared_ptr<LoopMember> member) {
  if (!members_.insert(std::move(member)).second) return;
  ++state_.members;
  if (members_.size() == 1) schedule_tick();
}

void Loop::remove(const std::shared_ptr<LoopMember>& member) {
  if (members_.erase(member) > 0) --state_.members;
}

void Loop::stop_members(bool now) {
  const std::vector<std::shared_ptr<LoopMember>> members(members_.begin(), members_.end());
  for (const auto& member : members) member->on_stop(now);
}

bool Loop::close_one_idle() {
  for (const auto& candidate : members_) {
    const std::shared_ptr<LoopMember> member = candidate;  // it leaves members_ when it closes
    if (member->close_if_idle()) return true;
  }
  return false;
}

std::string_view Loop::date() {
  const Timestamp now = SystemClock().now();
  const std::int64_t second = to_millis(now) / 1000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = format_http_date(now);
  }
  return date_;
}

}  // namespace tunesmith::http
