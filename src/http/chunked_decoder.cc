// SPDX-License-Identifier: Apache-2.0
#include "http/chunked_decoder.h"

#include <algorithm>

namespace tunesmith::http {
namespace {

constexpr int kMaxSizeDigits = 15;  // 2^60: no overflow
constexpr std::size_t kMaxOverhead = 16U << 10U;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// One byte of what surrounds the data.
void ChunkedDecoder::step(char c) {
  switch (state_) {
    case State::kSize: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++size_digits_ > kMaxSizeDigits) return fail();
        remaining_ = remaining_ * 16 + static_cast<unsigned>(digit);
        return;
      }
      if (size_digits_ == 0) return fail();
      overhead_ = 0;
      if (c == '\r')
        state_ = State::kSizeLf;
      else if (c == ';' || c == ' ' || c == '\t')
        state_ = State::kExtension;
      else
        fail();
      return;
    }
    case State::kExtension:
      if (c == '\r')
        state_ = State::kSizeLf;
      else if (c == '\n' || ++overhead_ > kMaxOverhead)
        fail();
      return;
    case State::kSizeLf:
      if (c != '\n') return fail();
      overhead_ = 0;
      state_ = remaining_ > 0 ? State::kData : State::kTrailerStart;
      return;
    case State::kDataCr:
      if (c != '\r') return fail();
      state_ = State::kDataLf;
      return;
    case State::kDataLf:
      if (c != '\n') return fail();
      size_digits_ = 0;
      state_ = State::kSize;
      return;
    case State::kTrailerStart:
      state_ = c == '\r' ? State::kLastLf : State::kTrailer;
      if (c == '\n') fail();
      return;
    case State::kTrailer:
      if (c == '\r')
        state_ = State::kTrailerLf;
      else if (c == '\n' || ++overhead_ > kMaxOverhead)
        fail();
      return;
    case State::kTrailerLf:
      if (c != '\n' || ++overhead_ > kMaxOverhead) return fail();
      state_ = State::kTrailerStart;
      return;
    case State::kLastLf:
      state_ = c == '\n' ? State::kDone : State::kFailed;
      return;
    case State::kData:
    case State::kDone:
    case State::kFailed:
      return;
  }
}

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view input) {
  Step result;
  while (result.consumed < input.size() && !done() && !failed()) {
    if (state_ == State::kData) {
      const auto size = static_cast<std::size_t>(
          std::min<std::uint64_t>(remaining_, input.size() - result.consumed));
      result.body = input.substr(result.consumed, size);
      result.consumed += size;
      remaining_ -= size;
      if (remaining_ == 0) state_ = State::kDataCr;
      return result;
    }
    step(input[result.consumed++]);
  }
  return result;
}

}  // namespace tunesmith::http
