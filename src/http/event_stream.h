// SPDX-License-Identifier: Apache-2.0
//
// The EventSink of one connection: a bounded queue between whoever sends events, on any thread, and
// the connection's loop. Thread safe; either side may go first.
#pragma once

#include "http/message.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

namespace tunesmith::http {

class Connection;
class Loop;

class EventStream final : public EventSink {
 public:
  /// The loop must outlive every connection of it, not this.
  explicit EventStream(const std::shared_ptr<Connection>& connection) : connection_(connection) {}

  bool send(std::string bytes) override;
  void close() override;

  // For the connection:
  /// All that is queued; the caller writes it and says with sent() how much went out.
  std::string take();
  void sent(std::size_t bytes);
  bool closing() const { return closing_; }
  bool too_far_behind() const { return overflowed_; }
  /// The connection is gone: send() is false from now on.
  void detach();

 private:
  void wake();

  std::mutex mutex_;
  std::weak_ptr<Connection> connection_;  // guarded by mutex_
  std::string queued_;                    // guarded by mutex_
  std::size_t unsent_ = 0;                // guarded by mutex_: queued and taken but not sent
  bool wake_pending_ = false;             // guarded by mutex_
  std::atomic<bool> closing_ = false;
  std::atomic<bool> overflowed_ = false;
};

}  // namespace tunesmith::http
