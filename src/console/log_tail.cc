// SPDX-License-Identifier: Apache-2.0
#include "console/log_tail.h"

#include "base/files.h"
#include "base/strings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tunesmith::console {
namespace {

constexpr std::int64_t kLatestTime = 253'402'300'800'000;  // the year 10000

LogLine parse_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto space = line.find(' ');
  const auto time = parse_int(line.substr(0, space));
  if (!time || *time < 0 || *time >= kLatestTime) return {0, to_valid_utf8(line)};
  const auto text = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  return {*time, to_valid_utf8(text)};
}

/// How many bytes at the front of `text` form one valid character; 0 for none.
std::size_t valid_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  if (size == 0 || text.size() < size) return 0;
  return is_valid_utf8(text.substr(0, size)) ? size : 0;
}

}  // namespace

std::string to_valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string valid;
  while (!text.empty()) {
    const std::size_t size = valid_character(text);
    valid += size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return valid;
}

Result<LogChunk> read_log(const std::filesystem::path& path, std::int64_t from, std::size_t limit) {
  LogChunk chunk;
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return chunk;
    return Error::from_errno(errno, "open log " + path.string());
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0)
    return Error::from_errno(errno, "read log " + path.string());
  if (!S_ISREG(status.st_mode))
    return Error(ErrorKind::kCorrupt, "log " + path.string() + " is no regular file");
  chunk.size = status.st_size;
  const bool from_end = from < 0;
  if (from_end) from = std::max<std::int64_t>(0, chunk.size + std::max(from, -chunk.size));
  // Reading a tail begins one byte early: only after a line's end does a line begin.
  const bool mid_line = from_end && from > 0;
  if (mid_line) --from;
  from = std::min(from, chunk.size);

  std::string bytes(std::min<std::size_t>(limit, static_cast<std::size_t>(chunk.size - from)),
                    '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const auto n = ::pread(file.get(), bytes.data() + got, bytes.size() - got,
                           static_cast<off_t>(from + static_cast<std::int64_t>(got)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno(errno, "read log " + path.string());
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  std::string_view rest = std::string_view(bytes).substr(0, got);
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
      if (!chunk.lines.empty() || rest.size() < limit) break;
      chunk.lines.push_back(parse_line(rest));
      chunk.next += static_cast<std::int64_t>(rest.size());
      break;
    }
    chunk.lines.push_back(parse_line(rest.substr(0, end)));
    chunk.next += static_cast<std::int64_t>(end) + 1;
    rest.remove_prefix(end + 1);
  }
  return chunk;
}

}  // namespace tunesmith::console
