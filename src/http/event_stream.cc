// SPDX-License-Identifier: Apache-2.0
#include "http/event_stream.h"

#include "http/connection.h"

#include <utility>

namespace tunesmith::http {
namespace {

// A client that lets this much wait is not watching any more.
constexpr std::size_t kMaxUnsent = 1U << 20U;

}  // namespace

bool EventStream::send(std::string bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || overflowed_ || connection_.expired()) return false;
    if (unsent_ + bytes.size() > kMaxUnsent) {
      overflowed_ = true;
    } else {
      unsent_ += bytes.size();
      queued_ += bytes;
    }
  }
  wake();
  return !overflowed_;
}

void EventStream::close() {
  closing_ = true;
  wake();
}

// Posted once for any number of sends, until the loop takes them. The lock is held while posting,
// so that detach() on the loop's thread (which the loop outlives) happens before or after, not
// during.
void EventStream::wake() {
  const std::lock_guard lock(mutex_);
  if (wake_pending_) return;
  auto connection = connection_.lock();
  if (!connection) return;
  wake_pending_ = true;
  Loop& loop = connection->loop();
  loop.post([connection = std::move(connection)] { connection->flush_events(); });
}

std::string EventStream::take() {
  const std::lock_guard lock(mutex_);
  wake_pending_ = false;
  return std::exchange(queued_, {});
}

void EventStream::sent(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  unsent_ -= bytes;
}

void EventStream::detach() {
  const std::lock_guard lock(mutex_);
  connection_.reset();
}

}  // namespace tunesmith::http
