// SPDX-License-Identifier: Apache-2.0
#include "services/logs/event_merge.h"

#include <algorithm>
#include <limits>

namespace tunesmith::services::logs {
namespace {

constexpr std::size_t kPiece = std::size_t{16} << 10U;

}  // namespace

bool EventMerge::comes_after(const Open& a, const Open& b) const {
  // Of one stream there is but one event here.
  if (a.time() != b.time()) return forward_ ? a.time() > b.time() : a.time() < b.time();
  return forward_ ? a.stream.name > b.stream.name : a.stream.name < b.stream.name;
}

bool EventMerge::is_wanted(const Open& open) const {
  if (forward_ ? open.time() < begin_ : open.time() > begin_) return false;
  if (!after_) return true;
  return forward_ ? open.position() > *after_ : open.position() < *after_;
}

Result<void> EventMerge::read_on(Open& open) const {
  if (forward_) {
    TUNESMITH_TRY(open.chunk, training::read_log(open.stream.file, open.chunk.next, kPiece));
  } else {
    TUNESMITH_TRY(open.chunk, training::read_log_before(open.stream.file, open.chunk.from, kPiece));
    std::reverse(open.chunk.lines.begin(), open.chunk.lines.end());
  }
  open.line = 0;
  return {};
}

Result<void> EventMerge::push(Open open) {
  for (;;) {
    if (open.line == open.chunk.lines.size()) {
      TUNESMITH_TRY_VOID(read_on(open));
      if (open.chunk.lines.empty()) return {};
    }
    if (is_wanted(open)) break;
    ++open.line;
  }
  open_.push_back(std::move(open));
  std::push_heap(open_.begin(), open_.end(), heap_order());
  return {};
}

Result<void> EventMerge::open(LogStream stream) {
  std::int64_t begin = begin_;
  if (after_) begin = forward_ ? std::max(begin_, after_->time) : std::min(begin_, after_->time);
  // Against the order of times: what stands before the first line that is later.
  if (!forward_ && begin < std::numeric_limits<std::int64_t>::max()) ++begin;
  TUNESMITH_TRY(const std::int64_t offset, training::find_log_time(stream.file, begin));
  Open open;
  open.stream = std::move(stream);
  open.chunk.from = open.chunk.next = offset;
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
    const LogStream& stream = coming_[next_];
    if (!open_.empty() && (forward_ ? stream.created > from_millis(open_.front().time())
                                    : stream.latest < from_millis(open_.front().time()))) {
      return {};
    }
    TUNESMITH_TRY_VOID(open(std::move(coming_[next_++])));
  }
}

Result<std::optional<EventMerge::Event>> EventMerge::next() {
  TUNESMITH_TRY_VOID(open_what_begins_by_now());
  if (open_.empty()) return std::optional<Event>();
  std::pop_heap(open_.begin(), open_.end(), heap_order());
  Open open = std::move(open_.back());
  open_.pop_back();
  Event event{open.position(), std::move(open.chunk.lines[open.line].text)};
  ++open.line;
  TUNESMITH_TRY_VOID(push(std::move(open)));
  return std::optional(std::move(event));
}

}  // namespace tunesmith::services::logs
