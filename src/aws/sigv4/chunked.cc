// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/chunked.h"

#include "aws/sigv4/errors.h"
#include "aws/sigv4/signing_key.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tunesmith::aws::sigv4 {
namespace {

constexpr std::size_t kFill = 64U << 10U;
constexpr std::size_t kMaxLine = 1024;
constexpr std::size_t kMaxTrailer = 16U << 10U;
constexpr std::size_t kMaxSizeDigits = 12;

}  // namespace

ChunkedBody::ChunkedBody(http::BodyReader& source, ChunkedOptions options,
                         std::shared_ptr<http::Headers> trailers, BodyError error)
    : source_(source),
      options_(std::move(options)),
      trailers_(std::move(trailers)),
      error_(std::move(error)) {}

Error ChunkedBody::fail(ApiError error) {
  failure_ = Error(ErrorKind::kInvalid, "read body: " + error.message);
  *error_ = std::move(error);
  return *failure_;
}

Error ChunkedBody::malformed(std::string_view what) {
  return fail({"IncompleteBody",
               fmt::format("The aws-chunked encoding of the body is malformed: {}", what), 400});
}

Result<std::size_t> ChunkedBody::read(std::span<char> into) {
  if (failure_) return *failure_;
  while (!ended_) {
    if (chunk_left_ > 0) return read_data(into);
    TUNESMITH_TRY_VOID(begin_chunk());
  }
  return 0;
}

// False: the source has ended.
Result<bool> ChunkedBody::fill() {
  buffer_.erase(0, std::exchange(at_, 0));
  const std::size_t held = buffer_.size();
  buffer_.resize(held + kFill);
  auto got = source_.read(std::span(buffer_.data() + held, kFill));
  buffer_.resize(held + (got ? *got : 0));
  if (!got) {
    failure_ = got.error();
    return *failure_;
  }
  return *got > 0;
}

// Without its line end, which is CRLF.
Result<std::string> ChunkedBody::read_line(std::size_t limit) {
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos && end - at_ <= limit) {
      if (end == at_ || buffer_[end - 1] != '\r') return malformed("a line does not end in CRLF");
      std::string line = buffer_.substr(at_, end - 1 - at_);
      at_ = end + 1;
      return line;
    }
    if (end != std::string::npos || buffer_.size() - at_ > limit)
      return malformed("a line is too long");
    TUNESMITH_TRY(const bool more, fill());
    if (!more) return malformed("it ends in the middle");
  }
}

Result<void> ChunkedBody::begin_chunk() {
  if (!std::exchange(first_, false)) {
    TUNESMITH_TRY(const auto line, read_line(2));
    if (!line.empty()) return malformed("a chunk is longer than its size");
  }
  TUNESMITH_TRY(const auto line, read_line(kMaxLine));
  const std::size_t semicolon = std::min(line.find(';'), line.size());
  const std::string_view size_text = trim(std::string_view(line).substr(0, semicolon));
  if (size_text.empty() || size_text.size() > kMaxSizeDigits) return malformed("bad chunk size");
  std::uint64_t size = 0;
  for (const char c : size_text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return malformed("bad chunk size");
    size = size * 16 + static_cast<unsigned>(digit);
  }
  chunk_signature_.clear();
  constexpr std::string_view kName = "chunk-signature=";
  for (std::string_view extension : split(std::string_view(line).substr(semicolon), ';')) {
    extension = trim(extension);
    if (extension.substr(0, kName.size()) == kName) {
      chunk_signature_ = extension.substr(kName.size());
    }
  }
  if (options_.is_signed) chunk_hash_.emplace(DigestAlgorithm::kSha256);
  chunk_left_ = size;
  if (size > options_.decoded_length - total_) {
    return malformed("it is longer than x-amz-decoded-content-length");
  }
  if (size > 0) return {};
  TUNESMITH_TRY_VOID(end_chunk());
  TUNESMITH_TRY_VOID(read_trailer());
  if (total_ != options_.decoded_length) return fail(unreadable_body(Family::kS3, ""));
  ended_ = true;
  return {};
}

Result<std::size_t> ChunkedBody::read_data(std::span<char> into) {
  std::size_t got = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), chunk_left_));
  if (at_ < buffer_.size()) {
    got = std::min(got, buffer_.size() - at_);
    std::memcpy(into.data(), buffer_.data() + at_, got);
    at_ += got;
  } else {
    auto read = source_.read(into.first(got));
    if (!read) {
      failure_ = read.error();
      return *failure_;
    }
    if (*read == 0) return malformed("it ends in the middle");
    got = *read;
  }
  if (chunk_hash_) chunk_hash_->update(std::string_view(into.data(), got));
  chunk_left_ -= got;
  total_ += got;
  if (chunk_left_ == 0) TUNESMITH_TRY_VOID(end_chunk());
  return got;
}

// All data of a chunk is here: is it what was signed?
Result<void> ChunkedBody::end_chunk() {
  if (!options_.is_signed) return {};
  static const std::string kEmptyHash = to_hex(sha256(""));
  const std::string hashes = kEmptyHash + "\n" + to_hex(chunk_hash_->finish());
  chunk_hash_.reset();
  return check_signature("PAYLOAD", hashes, chunk_signature_);
}

Result<void> ChunkedBody::check_signature(std::string_view kind, std::string_view hashes,
                                          std::string_view signature) {
  const std::string text = fmt::format("AWS4-HMAC-SHA256-{}\n{}\n{}\n{}\n{}", kind, options_.time,
                                       options_.scope, options_.seed_signature, hashes);
  std::string expected = sign_text(options_.signing_key, text);
  if (!constant_time_equal(expected, signature)) {
    return fail(signature_mismatch(Family::kS3, {}, signature, text, {}));
  }
  options_.seed_signature = std::move(expected);
  return {};
}

// All that follows the last chunk. SDKs differ in their line ends here, so blank lines are skipped.
Result<void> ChunkedBody::read_trailer() {
  for (;;) {
    if (buffer_.size() - at_ > kMaxTrailer) return malformed("its trailer is too long");
    TUNESMITH_TRY(const bool more, fill());
    if (!more) break;
  }
  const ApiError bad_trailer{"MalformedTrailerError",
                             "The request contained trailing data that was not well-formed or did "
                             "not conform to our published schema.",
                             400};
  std::string signed_text;
  std::string signature;
  for (std::string_view line : split(std::string_view(buffer_).substr(at_), '\n')) {
    line = trim(line);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !options_.has_trailer) return fail(bad_trailer);
    const std::string name = to_lower(trim(line.substr(0, colon)));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name == "x-amz-trailer-signature") {
      signature = value;
    } else {
      signed_text += fmt::format("{}:{}\n", name, value);
      trailers_->add(name, std::string(value));
    }
  }
  at_ = buffer_.size();
  if (!options_.is_signed || !options_.has_trailer) return {};
  return check_signature("TRAILER", to_hex(sha256(signed_text)), signature);
}

}  // namespace tunesmith::aws::sigv4
