// SPDX-License-Identifier: Apache-2.0
#include "inference/record_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>

namespace tunesmith::inference {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;

Error too_long(std::size_t limit) {
  return {ErrorKind::kLimitExceeded, fmt::format("a record is larger than {} bytes", limit)};
}

}  // namespace

void RecordReader::Close::operator()(archive* a) const { archive_read_free(a); }

Result<RecordReader> RecordReader::open(const std::filesystem::path& path, bool gzip) {
  RecordReader reader;
  reader.archive_.reset(archive_read_new());
  archive* a = reader.archive_.get();
  if (gzip) archive_read_support_filter_gzip(a);
  archive_read_support_format_raw(a);
  archive_read_support_format_empty(a);
  if (archive_read_open_filename(a, path.c_str(), kPiece) != ARCHIVE_OK)
    return Error(ErrorKind::kInternal, fmt::format("open input: {}", archive_error_string(a)));
  // An uncompressed file has the filter "none" alone.
  if (gzip && archive_filter_code(a, 0) != ARCHIVE_FILTER_GZIP)
    return Error(ErrorKind::kInvalid, "CompressionType is Gzip, but the object is no gzip file");
  archive_entry* entry = nullptr;
  const int got = archive_read_next_header(a, &entry);
  if (got == ARCHIVE_EOF) {
    reader.ended_ = true;
  } else if (got < ARCHIVE_WARN) {
    return Error(ErrorKind::kInvalid, fmt::format("read input: {}", archive_error_string(a)));
  }
  return reader;
}

Result<bool> RecordReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kPiece);
  const la_ssize_t n = archive_read_data(archive_.get(), buffer_.data() + before, kPiece);
  buffer_.resize(before + static_cast<std::size_t>(n > 0 ? n : 0));
  if (n < 0) {
    return Error(ErrorKind::kInvalid,
                 fmt::format("read input: {}", archive_error_string(archive_.get())));
  }
  ended_ = n == 0;
  return n > 0;
}

Result<std::optional<std::string>> RecordReader::next_line(std::size_t limit) {
  for (;;) {
    auto end = buffer_.find('\n', at_);
    while (end == std::string::npos) {
      if (buffer_.size() - at_ > limit) return too_long(limit);
      const std::size_t looked = buffer_.size() - at_;
      TUNESMITH_TRY(const bool more, fill());
      if (!more) break;
      end = buffer_.find('\n', at_ + looked);
    }
    const bool last = end == std::string::npos;
    if (last && at_ == buffer_.size()) return std::optional<std::string>();
    const std::size_t stop = last ? buffer_.size() : end;
    std::string line = buffer_.substr(at_, stop - at_);
    at_ = last ? stop : stop + 1;
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > limit) return too_long(limit);
    if (!line.empty()) return std::optional(std::move(line));
  }
}

Result<std::string> RecordReader::rest(std::size_t limit) {
  for (;;) {
    TUNESMITH_TRY(const bool more, fill());
    if (buffer_.size() - at_ > limit) return too_long(limit);
    if (!more) return buffer_.substr(at_);
  }
}

}  // namespace tunesmith::inference
