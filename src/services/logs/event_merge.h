// SPDX-License-Identifier: Apache-2.0
//
// The events of many streams in the order of their times, or against it, from a position on. A
// stream is opened only when the merge has reached a time at which it may have an event: streams
// come in the order of their creation, for no event is before that, or in that of
// LogStream::latest. One thread.
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

enum class EventOrder { kEarliestFirst, kLatestFirst };

class EventMerge {
 public:
  /// The next streams, for kEarliestFirst by creation, for kLatestFirst by their latest, latest
  /// first; empty at the end.
  using MoreStreams = std::function<Result<std::vector<LogStream>>()>;

  /// Events from time `begin` on, itself included, and only those behind `after`.
  EventMerge(EventOrder order, MoreStreams more, std::int64_t begin,
             std::optional<EventPosition> after)
      : forward_(order == EventOrder::kEarliestFirst),
        more_(std::move(more)),
        begin_(begin),
        after_(std::move(after)) {}

  struct Event {
    EventPosition position;
    std::string text;
  };
  /// Nothing at the end.
  Result<std::optional<Event>> next();

 private:
  struct Open {
    LogStream stream;
    training::LogChunk chunk;  // its lines in the order of the merge
    std::size_t line = 0;
    std::int64_t time() const { return chunk.lines[line].time; }
    EventPosition position() const { return {time(), stream.name, chunk.lines[line].at}; }
  };

  Result<void> open_what_begins_by_now();
  Result<void> open(LogStream stream);
  /// Puts the stream back with its next line, if it has one.
  Result<void> push(Open open);
  Result<void> read_on(Open& open) const;
  bool is_wanted(const Open& open) const;
  /// The heap's order: whether the next event of `a` comes after that of `b`.
  bool comes_after(const Open& a, const Open& b) const;
  auto heap_order() const {
    return [this](const Open& a, const Open& b) { return comes_after(a, b); };
  }

  const bool forward_;
  MoreStreams more_;
  std::int64_t begin_;
  std::optional<EventPosition> after_;
  std::vector<LogStream> coming_;  // in their order, from next_ on
  std::size_t next_ = 0;
  bool all_came_ = false;
  std::vector<Open> open_;  // a heap: the event that comes first is in front
};

}  // namespace tunesmith::services::logs
