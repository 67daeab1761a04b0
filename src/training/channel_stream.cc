// SPDX-License-Identifier: Apache-2.0
#include "training/channel_stream.h"

#include "base/files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tunesmith::training {
namespace {

constexpr std::uint32_t kMagic = 0xced7230aU;
constexpr std::size_t kWord = sizeof kMagic;
constexpr std::uint64_t kLongestRecord = (std::uint64_t{1} << 29U) - 1;  // lengths have 29 bits
constexpr std::size_t kBuffer = std::size_t{256} << 10U;

std::string_view bytes_of(const std::uint32_t& word) {
  // Both machines that are built for are little-endian, as the format is.
  return {reinterpret_cast<const char*>(&word), kWord};
}

}  // namespace

Result<void> ChannelStream::begin_value() {
  if (!records_) return {};
  value_bytes_ = 0;
  first_part_ = true;
  return begin_part();
}

Result<void> ChannelStream::append(std::string_view bytes) {
  if (!records_) return put(bytes);
  value_bytes_ += bytes.size();
  if (value_bytes_ > kLongestRecord) {
    return Error(ErrorKind::kInvalid, "is longer than the " + std::to_string(kLongestRecord) +
                                          " bytes that a RecordIO record can hold");
  }
  if (!rest_.empty()) {
    const auto missing = bytes.substr(0, std::min(bytes.size(), kWord - rest_.size()));
    rest_ += missing;
    bytes.remove_prefix(missing.size());
    if (rest_.size() < kWord) return {};
    TUNESMITH_TRY_VOID(append_words(rest_));
  }
  const std::size_t whole = bytes.size() / kWord * kWord;
  rest_ = bytes.substr(whole);
  return append_words(bytes.substr(0, whole));
}

Result<void> ChannelStream::end_value() {
  if (!records_) return {};
  TUNESMITH_TRY_VOID(put(rest_));
  TUNESMITH_TRY_VOID(end_part(true));
  const std::string padding(rest_.empty() ? 0 : kWord - rest_.size(), '\0');
  rest_.clear();
  return put(padding);
}

Result<void> ChannelStream::flush() {
  TUNESMITH_TRY_VOID(write_all(fd_, buffer_));
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<void> ChannelStream::begin_part() {
  part_at_ = written_ + buffer_.size();
  std::string head(bytes_of(kMagic));
  head.append(kWord, '\0');  // flag and length: known at its end
  return put(head);
}

Result<void> ChannelStream::end_part(bool last) {
  const std::uint64_t length = written_ + buffer_.size() - part_at_ - 2 * kWord;
  const std::uint32_t flag = first_part_ ? (last ? 0 : 1) : (last ? 3 : 2);
  first_part_ = false;
  return patch(part_at_ + kWord, flag << 29U | static_cast<std::uint32_t>(length));
}

/// A reader finds records by the magic number: where a value holds it at a multiple of four bytes,
/// it is left out, and the record goes on in another part.
Result<void> ChannelStream::append_words(std::string_view words) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < words.size(); at += kWord) {
    if (words.substr(at, kWord) != bytes_of(kMagic)) continue;
    TUNESMITH_TRY_VOID(put(words.substr(from, at - from)));
    TUNESMITH_TRY_VOID(end_part(false));
    TUNESMITH_TRY_VOID(begin_part());
    from = at + kWord;
  }
  return put(words.substr(from));
}

Result<void> ChannelStream::put(std::string_view bytes) {
  if (written_ + buffer_.size() + bytes.size() > limit_) {
    return Error(ErrorKind::kLimitExceeded, "the stream is longer than the " +
                                                std::to_string(limit_) + " bytes that have room");
  }
  buffer_ += bytes;
  return buffer_.size() < kBuffer ? Result<void>() : flush();
}

Result<void> ChannelStream::patch(std::uint64_t at, std::uint32_t word) {
  // What is put at once is in the file at once: a word is never there in part.
  if (at >= written_) {
    std::memcpy(buffer_.data() + (at - written_), &word, kWord);
    return {};
  }
  while (::pwrite(fd_, &word, kWord, static_cast<off_t>(at)) != static_cast<ssize_t>(kWord)) {
    if (errno != EINTR) return Error::from_errno(errno, "write a record's head");
  }
  return {};
}

}  // namespace tunesmith::training
