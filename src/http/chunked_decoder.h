// SPDX-License-Identifier: Apache-2.0
//
// Takes the chunked transfer coding off a body (RFC 9112 section 7.1), piece by piece and without
// copying. Any bytes may come in. Used by server and client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tunesmith::http {

class ChunkedDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;  // how much of the input is done with
    std::string_view body;     // part of the input: bytes of the body; may be empty
  };

  /// Goes on until it has some body, the input is used up, the body has ended, or it is malformed.
  /// Call again with the rest of the input, as long as `consumed` > 0 and neither done() nor
  /// failed().
  Step next(std::string_view input);

  bool done() const { return state_ == State::kDone; }
  bool failed() const { return state_ == State::kFailed; }

 private:
  enum class State {
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailer,
    kTrailerLf,
    kLastLf,
    kDone,
    kFailed
  };
  void step(char c);
  void fail() { state_ = State::kFailed; }

  State state_ = State::kSize;
  std::uint64_t remaining_ = 0;  // of the current chunk
  int size_digits_ = 0;
  std::size_t overhead_ = 0;  // bytes of extensions (per chunk) and trailer: bounded
};

}  // namespace tunesmith::http
