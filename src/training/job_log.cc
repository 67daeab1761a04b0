// SPDX-License-Identifier: Apache-2.0
#include "training/job_log.h"

#include "base/files.h"
#include "base/strings.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tunesmith::training {
namespace {

// A runner's lines are at most half as long.
constexpr std::size_t kLongestLine = std::size_t{512} << 10U;
constexpr std::int64_t kLatestTime = 253'402'300'800'000;  // the year 10000

LogLine parse_line(std::string_view line, std::int64_t at) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto space = line.find(' ');
  const auto time = parse_int(line.substr(0, space));
  if (!time || *time < 0 || *time >= kLatestTime) return {0, to_valid_utf8(line), at};
  const auto text = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  return {*time, to_valid_utf8(text), at};
}

/// An open log; no descriptor when there is none.
struct LogFile {
  FileDescriptor file;
  std::int64_t size = 0;
};

Result<LogFile> open_log(const std::filesystem::path& path) {
  LogFile log;
  log.file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!log.file) {
    if (errno == ENOENT) return log;
    return Error::from_errno(errno, "open log " + path.string());
  }
  struct stat status{};
  if (::fstat(log.file.get(), &status) != 0)
    return Error::from_errno(errno, "read log " + path.string());
  if (!S_ISREG(status.st_mode))
    return Error(ErrorKind::kCorrupt, "log " + path.string() + " is no regular file");
  log.size = status.st_size;
  return log;
}

/// The bytes [from, until) of the file, fewer when it has become shorter.
Result<std::string> read_bytes(const LogFile& log, std::int64_t from, std::int64_t until) {
  std::string bytes(static_cast<std::size_t>(until - from), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const auto n = ::pread(log.file.get(), bytes.data() + got, bytes.size() - got,
                           static_cast<off_t>(from + static_cast<std::int64_t>(got)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read log");
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

/// Where the first line begins that begins at byte `at` or later; the size when there is none.
Result<std::int64_t> line_from(const LogFile& log, std::int64_t at) {
  if (at == 0) return 0;
  constexpr std::int64_t kPiece = 4096;
  for (std::int64_t from = at - 1; from < log.size; from += kPiece) {
    TUNESMITH_TRY(const std::string bytes,
                  read_bytes(log, from, std::min(log.size, from + kPiece)));
    const auto end = bytes.find('\n');
    if (end != std::string::npos) return from + static_cast<std::int64_t>(end) + 1;
  }
  return log.size;
}

}  // namespace

Result<LogChunk> read_log(const std::filesystem::path& path, std::int64_t from, std::size_t limit) {
  LogChunk chunk;
  TUNESMITH_TRY(const LogFile log, open_log(path));
  if (!log.file) return chunk;
  chunk.size = log.size;
  const bool from_end = from < 0;
  if (from_end) from = std::max<std::int64_t>(0, chunk.size + std::max(from, -chunk.size));
  // Reading a tail begins one byte early: only after a line's end does a line begin.
  const bool mid_line = from_end && from > 0;
  if (mid_line) --from;
  from = std::min(from, chunk.size);

  const auto there = static_cast<std::size_t>(chunk.size - from);
  std::string bytes;
  for (std::size_t most = limit;; most *= 2) {
    TUNESMITH_TRY(bytes,
                  read_bytes(log, from, from + static_cast<std::int64_t>(std::min(most, there))));
    // The limit cuts no line.
    if (from_end || most >= there || most >= kLongestLine || bytes.find('\n') != std::string::npos)
      break;
  }
  std::string_view rest = bytes;
  if (mid_line) {
    const auto end = rest.find('\n');
    const auto skip = end == std::string_view::npos ? rest.size() : end + 1;
    rest.remove_prefix(skip);
    from += static_cast<std::int64_t>(skip);
  }
  chunk.from = chunk.next = from;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) {
      if (!chunk.lines.empty() || rest.size() < std::max(limit, kLongestLine)) break;
      chunk.lines.push_back(parse_line(rest, chunk.next));
      chunk.next += static_cast<std::int64_t>(rest.size());
      break;
    }
    chunk.lines.push_back(parse_line(rest.substr(0, end), chunk.next));
    chunk.next += static_cast<std::int64_t>(end) + 1;
    rest.remove_prefix(end + 1);
  }
  return chunk;
}

Result<LogChunk> read_log_before(const std::filesystem::path& path, std::int64_t before,
                                 std::size_t limit) {
  LogChunk chunk;
  TUNESMITH_TRY(const LogFile log, open_log(path));
  if (!log.file) return chunk;
  chunk.size = log.size;
  before = std::clamp<std::int64_t>(before, 0, log.size);
  chunk.from = chunk.next = before;
  for (auto back = static_cast<std::int64_t>(std::max<std::size_t>(limit, 1)); before > 0;
       back *= 2) {
    // One byte early: only after a line's end does a line begin.
    const std::int64_t from = std::max<std::int64_t>(0, before - back - 1);
    TUNESMITH_TRY(const std::string bytes, read_bytes(log, from, before));
    std::string_view rest = bytes;
    std::int64_t at = from;
    if (from > 0) {
      const auto end = rest.find('\n');
      // No whole line: one that is longer than the limit, or has no end. Look further back.
      if (end == std::string_view::npos || rest.find('\n', end + 1) == std::string_view::npos)
        continue;
      rest.remove_prefix(end + 1);
      at += static_cast<std::int64_t>(end) + 1;
    }
    chunk.from = chunk.next = at;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      chunk.lines.push_back(parse_line(rest.substr(0, end), chunk.next));
      chunk.next += static_cast<std::int64_t>(end) + 1;
      rest.remove_prefix(end + 1);
    }
    break;
  }
  return chunk;
}

Result<std::int64_t> find_log_time(const std::filesystem::path& path, std::int64_t time) {
  TUNESMITH_TRY(const LogFile log, open_log(path));
  // Over all bytes x, "the first line that begins at x or later is of `time` or later" is false and
  // then true; the answer is that line of the first x for which it is true.
  std::int64_t low = 0;
  std::int64_t high = log.size;
  std::int64_t found = log.size;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    TUNESMITH_TRY(const std::int64_t at, line_from(log, middle));
    TUNESMITH_TRY(const std::string stamp, read_bytes(log, at, std::min(log.size, at + 32)));
    if (at == log.size || parse_line(stamp.substr(0, stamp.find('\n')), at).time >= time) {
      found = at;
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return found;
}

}  // namespace tunesmith::training
