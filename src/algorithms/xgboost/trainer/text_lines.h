// SPDX-License-Identifier: Apache-2.0
//
// The lines of a text. They end with LF, CR LF or CR alone (files of old Macs): XGBoost's own
// readers of text take them all. The text must outlive this.
#pragma once

#include <cstring>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

class TextLines {
 public:
  explicit TextLines(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()), line_feed_(at_) {}

  bool done() const { return at_ == end_; }

  /// The next line, without its end; call it until done().
  std::string_view next() {
    // Looked for once, not once a line: a text may have none.
    if (line_feed_ <= at_) line_feed_ = find('\n', at_, end_);
    const char* const begin = at_;
    const char* const stop = find('\r', begin, line_feed_);
    at_ = stop;
    if (at_ != end_ && *at_ == '\r') ++at_;
    if (at_ != end_ && *at_ == '\n') ++at_;
    return {begin, static_cast<std::size_t>(stop - begin)};
  }

 private:
  /// The first `c` in [from, until), or `until`.
  static const char* find(char c, const char* from, const char* until) {
    if (from == until) return until;
    const void* found = std::memchr(from, c, static_cast<std::size_t>(until - from));
    return found != nullptr ? static_cast<const char*>(found) : until;
  }

  const char* at_;
  const char* end_;
  const char* line_feed_;  // the first from at_ on; before at_ when it is to be looked for
};

}  // namespace tunesmith::algorithms::xgboost
