// SPDX-License-Identifier: Apache-2.0
//
// Reads parts of a job's log: a file that grows, lines of "<milliseconds since 1970> <text>" (the
// runner writes them, see job_folder.h). Any bytes may be in it. A file that is not there is an
// empty log. Used by the console and by CloudWatch Logs. No state; thread safe.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tunesmith::training {

struct LogLine {
  std::int64_t time = 0;  // ms since 1970; 0 when the line has none
  std::string text;       // valid UTF-8
  std::int64_t at = 0;    // byte offset of its beginning in the file
};

struct LogChunk {
  std::int64_t from = 0, next = 0;  // byte offsets in the file: this chunk is [from, next)
  std::int64_t size = 0;            // of the file now
  std::vector<LogLine> lines;
};

/// Whole lines from byte `from` on, at most about `limit` bytes, but at least one. A negative
/// `from` means that many bytes before the end, from the next line's beginning on. A last line
/// without its end is left for later. (Lines that no runner writes, longer than half a MiB, come in
/// parts.)
Result<LogChunk> read_log(const std::filesystem::path& path, std::int64_t from, std::size_t limit);

/// The last whole lines that end at or before byte `before`, at most about `limit` bytes, in the
/// order of the file.
Result<LogChunk> read_log_before(const std::filesystem::path& path, std::int64_t before,
                                 std::size_t limit);

/// Where the first line of `time` (ms since 1970) or later begins; the size of the file when there
/// is none. Found by bisection: lines are taken to be in the order of their times.
Result<std::int64_t> find_log_time(const std::filesystem::path& path, std::int64_t time);

}  // namespace tunesmith::training
