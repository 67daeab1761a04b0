// SPDX-License-Identifier: Apache-2.0
#include "services/logs/event_merge.h"

#include <algorithm>

namespace tunesmith::services::logs {
namespace {

constexpr std::size_t kPiece = std::size_t{16} << 10U;

}  // namespace

bool EventMerge::later(const Open& a, const Open& b) {
  if (a.time() != b.time()) return a.time() > b.time();
  return a.stream.name > b.stream.name;  // of one stream there is but one event here
}

Result<void> EventMerge::push(Open open) {
  for (;;) {
    if (open.line == open.chunk.lines.size()) {
      TUNESMITH_TRY(open.chunk, training::read_log(open.stream.file, open.chunk.next, kPiece));
      open.line = 0;
      if (open.chunk.lines.empty()) return {};
    }
    if (open.time() >= from_ && (!after_ || open.position() > *after_)) break;
    ++open.line;
  }
  open_.push_back(std::move(open));
  std::push_heap(open_.begin(), open_.end(), later);
  return {};
}

Result<void> EventMerge::open(LogStream stream) {
  const std::int64_t begin = after_ ? std::max(from_, after_->time) : from_;
  TUNESMITH_TRY(const std::int64_t offset, training::find_log_time(stream.file, begin));
  Open open;
  open.stream = std::move(stream);
  open.chunk.next = offset;
  return push(std::move(open));
}

Result<void> EventMerge::open_what_begins_by_now() {
  for (;;) {
    if (next_ == coming_.size() && !all_came_) {
      TUNESMITH_TRY(coming_, more_());
      next_ = 0;
      all_came_ = coming_.empty();
    }
    if (next_ == coming_.size()) return {};
    if (!open_.empty() && to_millis(coming_[next_].created) > open_.front().time()) return {};
    TUNESMITH_TRY_VOID(open(std::move(coming_[next_++])));
  }
}

Result<std::optional<EventMerge::Event>> EventMerge::next() {
  TUNESMITH_TRY_VOID(open_what_begins_by_now());
  if (open_.empty()) return std::optional<Event>();
  std::pop_heap(open_.begin(), open_.end(), later);
  Open open = std::move(open_.back());
  open_.pop_back();
  Event event{open.position(), std::move(open.chunk.lines[open.line].text)};
  ++open.line;
  TUNESMITH_TRY_VOID(push(std::move(open)));
  return std::optional(std::move(event));
}

}  // namespace tunesmith::services::logs
