// SPDX-License-Identifier: Apache-2.0
//
// The events of many streams in the order of their times, from a position on. Streams come in the
// order of their creation, and none has an event before that, so a stream is opened only when the
// merge has reached its time. One thread.
#pragma once

#include "services/logs/log_source.h"
#include "training/job_log.h"

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::services::logs {

/// A place in the order of all events of a group.
struct EventPosition {
  std::int64_t time = 0;
  std::string stream;
  std::int64_t offset = 0;
  auto operator<=>(const EventPosition&) const = default;
};

class EventMerge {
 public:
  /// The next streams in the order of creation; empty at the end.
  using MoreStreams = std::function<Result<std::vector<LogStream>>()>;

  /// Events after `after`, or all from time `from` on.
  EventMerge(MoreStreams more, std::int64_t from, std::optional<EventPosition> after)
      : more_(std::move(more)), from_(from), after_(std::move(after)) {}

  struct Event {
    EventPosition position;
    std::string text;
  };
  /// Nothing at the end.
  Result<std::optional<Event>> next();

 private:
  struct Open {
    LogStream stream;
    training::LogChunk chunk;
    std::size_t line = 0;
    std::int64_t time() const { return chunk.lines[line].time; }
    EventPosition position() const { return {time(), stream.name, chunk.lines[line].at}; }
  };
  /// Whether the next event of `a` comes after that of `b`.
  static bool later(const Open& a, const Open& b);

  Result<void> open_what_begins_by_now();
  Result<void> open(LogStream stream);
  /// Puts the stream back with its next line, if it has one.
  Result<void> push(Open open);

  MoreStreams more_;
  std::int64_t from_;
  std::optional<EventPosition> after_;
  std::vector<LogStream> coming_;  // in the order of creation, from next_ on
  std::size_t next_ = 0;
  bool all_came_ = false;
  std::vector<Open> open_;  // a heap: the earliest event is in front
};

}  // namespace tunesmith::services::logs
