// SPDX-License-Identifier: Apache-2.0
//
// Reads part of a training job's log: a file that grows, lines of "<milliseconds since 1970>
// <text>". Any bytes may be in it.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tunesmith::console {

struct LogLine {
  std::int64_t time = 0;  // ms since 1970; 0 when the line has none
  std::string text;       // valid UTF-8
};

struct LogChunk {
  std::int64_t from = 0, next = 0;  // byte offsets in the file: this chunk is [from, next)
  std::int64_t size = 0;            // of the file now
  std::vector<LogLine> lines;
};

/// Whole lines from byte `from` on, at most about `limit` bytes. A negative `from` means that many
/// bytes before the end, from the next line's beginning on. A last line without its end is left
/// for later, unless it alone exceeds `limit`. A file that is not there is an empty log.
Result<LogChunk> read_log(const std::filesystem::path& path, std::int64_t from, std::size_t limit);

/// `text` with each byte that is not valid UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

}  // namespace tunesmith::console
