// SPDX-License-Identifier: Apache-2.0
#include "http/request_body.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tunesmith::http {
namespace {

constexpr std::size_t kReadPiece = 256U << 10U;
// A body holds a worker while it comes. Whoever is slower than this on average, after the time that
// any body may take, is cut off.
constexpr double kMinBytesPerSecond = 4096;
constexpr double kGraceSeconds = 60;

}  // namespace

RequestBody::RequestBody(Stream& stream, int fd, InputBuffer& input, Framing framing,
                         bool owes_continue, Limits limits)
    : stream_(stream),
      fd_(fd),
      input_(input),
      chunked_(framing.chunked),
      remaining_(framing.content_length.value_or(0)),
      owes_continue_(owes_continue && (chunked_ || remaining_ > 0)),
      limits_(limits) {}

Error RequestBody::broken(ErrorKind kind, std::string_view why) {
  broken_ = true;
  return {kind, "read request body: " + std::string(why)};
}

bool RequestBody::prefetch(std::size_t enough) {
  if (chunked_) {
    std::size_t used = 0;
    while (!decoder_.done() && !decoder_.failed() && decoded_.size() < enough) {
      const auto step = decoder_.next(input_.view().substr(used));
      if (step.consumed == 0) break;
      decoded_.append(step.body);
      used += step.consumed;
    }
    input_.consume(used);
    return decoder_.done() || decoder_.failed() || decoded_.size() >= enough;
  }
  const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input_.size()));
  if (here < remaining_ && here < enough) return false;
  decoded_.append(input_.view().substr(0, here));
  input_.consume(here);
  remaining_ -= here;
  return true;
}

Result<std::size_t> RequestBody::read(std::span<char> into) {
  auto got = read_some(into);
  if (got) total_ += *got;
  if (total_ > limits_.max_bytes) {
    return broken(ErrorKind::kLimitExceeded,
                  "longer than " + std::to_string(limits_.max_bytes) + " bytes");
  }
  return got;
}

Result<std::size_t> RequestBody::read_some(std::span<char> into) {
  if (broken_) return broken(ErrorKind::kUnavailable, "connection is broken");
  if (decoded_at_ < decoded_.size()) {
    const std::size_t n = std::min(into.size(), decoded_.size() - decoded_at_);
    std::memcpy(into.data(), decoded_.data() + decoded_at_, n);
    decoded_at_ += n;
    if (decoded_at_ == decoded_.size()) {
      decoded_.clear();
      decoded_at_ = 0;
    }
    return n;
  }
  if (complete()) return 0;
  if (decoder_.failed()) return broken(ErrorKind::kInvalid, "malformed chunk");
  if (owes_continue_) TUNESMITH_TRY_VOID(send_continue());
  return chunked_ ? read_chunked(into) : read_stream(into);
}

Result<void> RequestBody::send_continue() {
  owes_continue_ = false;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::string_view left = kContinue;
  while (!left.empty()) {
    const IoResult sent = stream_.write(left, {});
    if (sent.ok()) {
      left.remove_prefix(sent.bytes);
    } else {
      TUNESMITH_TRY_VOID(wait(sent.status));
    }
  }
  return {};
}

// After a read or write that moved nothing.
Result<void> RequestBody::wait(IoResult::Status want) {
  if (want == IoResult::Status::kEnd) {
    return broken(ErrorKind::kUnavailable, "client closed the connection before its end");
  }
  if (want == IoResult::Status::kFailed) {
    return broken(ErrorKind::kUnavailable, "connection failed");
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  if (seconds > kGraceSeconds && static_cast<double>(total_) < kMinBytesPerSecond * seconds) {
    return broken(ErrorKind::kUnavailable, "client is too slow");
  }
  if (!wait_for(fd_, want == IoResult::Status::kWantWrite, limits_.idle_timeout)) {
    return broken(ErrorKind::kUnavailable, "client sent nothing for too long");
  }
  return {};
}

// A Content-Length body: what came with the head, then straight from the socket into the caller's
// memory.
Result<std::size_t> RequestBody::read_stream(std::span<char> into) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), remaining_));
  if (!input_.empty()) {
    const std::size_t n = std::min(wanted, input_.size());
    std::memcpy(into.data(), input_.view().data(), n);
    input_.consume(n);
    remaining_ -= n;
    return n;
  }
  for (;;) {
    const IoResult got = stream_.read(into.first(wanted));
    if (got.ok()) {
      remaining_ -= got.bytes;
      return got.bytes;
    }
    TUNESMITH_TRY_VOID(wait(got.status));
  }
}

Result<std::size_t> RequestBody::read_chunked(std::span<char> into) {
  for (;;) {
    // Decode what is here, into the caller's memory first, the rest of a piece aside.
    std::size_t used = 0;
    std::size_t filled = 0;
    while (used < input_.size() && filled < into.size()) {
      const auto step = decoder_.next(input_.view().substr(used));
      if (step.consumed == 0) break;
      used += step.consumed;
      const std::size_t n = std::min(step.body.size(), into.size() - filled);
      std::copy_n(step.body.begin(), n, into.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += n;
      decoded_.append(step.body.substr(n));
    }
    input_.consume(used);
    if (filled > 0) return filled;
    if (decoder_.done()) return 0;
    if (decoder_.failed()) return broken(ErrorKind::kInvalid, "malformed chunk");

    const IoResult got = stream_.read(input_.prepare(kReadPiece));
    input_.commit(got.bytes);
    if (got.ok()) continue;
    TUNESMITH_TRY_VOID(wait(got.status));
  }
}

bool RequestBody::discard() {
  decoded_.clear();
  decoded_at_ = 0;
  if (!chunked_) {
    const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input_.size()));
    input_.consume(here);
    remaining_ -= here;
    return remaining_ == 0;
  }
  std::size_t used = 0;
  while (used < input_.size() && !decoder_.done() && !decoder_.failed()) {
    used += decoder_.next(input_.view().substr(used)).consumed;
  }
  input_.consume(used);
  return decoder_.done();
}

}  // namespace tunesmith::http
