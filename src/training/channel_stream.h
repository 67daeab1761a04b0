// SPDX-License-Identifier: Apache-2.0
//
// Writes what a channel in Pipe mode is, a stream of values, to a file: one behind the other, or
// each as a RecordIO record (RecordWrapperType), as dmlc-core frames them. A value may be larger
// than memory.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace tunesmith::training {

class ChannelStream {
 public:
  /// `fd`: an empty file, at its beginning; remains the caller's. `limit`: its largest size.
  ChannelStream(int fd, bool records, std::uint64_t limit)
      : fd_(fd), records_(records), limit_(limit) {}

  Result<void> begin_value();
  /// kInvalid at a value that is too long for a record, kLimitExceeded beyond the limit.
  Result<void> append(std::string_view bytes);
  Result<void> end_value();
  /// Everything is in the file after this.
  Result<void> flush();

 private:
  Result<void> begin_part();
  Result<void> end_part(bool last);
  Result<void> append_words(std::string_view words);
  Result<void> put(std::string_view bytes);
  Result<void> patch(std::uint64_t at, std::uint32_t word);

  const int fd_;
  const bool records_;
  const std::uint64_t limit_;
  std::string buffer_;
  std::uint64_t written_ = 0;  // of the file, before buffer_

  std::uint64_t value_bytes_ = 0;
  std::string rest_;           // of a value: less than a word
  std::uint64_t part_at_ = 0;  // where the frame of the record's part begins
  bool first_part_ = true;
};

}  // namespace tunesmith::training
