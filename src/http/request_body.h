// SPDX-License-Identifier: Apache-2.0
//
// The body of one request, read straight from its connection by the thread that handles it (the
// connection rests meanwhile). Bytes that arrived with the head come first. Used by Connection
// only.
#pragma once

#include "http/chunked_decoder.h"
#include "http/head_parser.h"
#include "http/input_buffer.h"
#include "http/message.h"
#include "http/stream.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tunesmith::http {

class RequestBody final : public BodyReader {
 public:
  struct Limits {
    std::uint64_t max_bytes = 0;
    std::chrono::milliseconds idle_timeout{};
  };

  /// `stream` and `input` must outlive this. `input` holds raw bytes that have been received; what
  /// is not part of this body (a pipelined request) stays in it.
  RequestBody(Stream& stream, int fd, InputBuffer& input, Framing framing, bool owes_continue,
              Limits limits);

  Result<std::size_t> read(std::span<char> into) override;

  /// Decodes what `input` holds, without touching the socket, until about `enough` bytes wait
  /// decoded. True when the whole body is in memory, or `enough` of it, or it is malformed.
  bool prefetch(std::size_t enough);

  /// All of it has been read by the handler.
  bool consumed() const { return complete() && decoded_.size() == decoded_at_; }
  /// All of it has been received, read or not: the next request follows in `input`.
  bool complete() const { return chunked_ ? decoder_.done() : remaining_ == 0; }
  bool malformed() const { return decoder_.failed(); }
  /// Bytes that are still to come, when that is known.
  std::uint64_t remaining() const { return remaining_; }
  bool chunked() const { return chunked_; }
  /// A "100 Continue" that the client waits for has not been sent.
  bool owes_continue() const { return owes_continue_; }
  void continue_sent() { owes_continue_ = false; }
  /// Once a read failed the connection can't be used again.
  bool broken() const { return broken_; }
  /// Throws away what has come of this body. False: more is to come.
  bool discard();

 private:
  Result<std::size_t> read_some(std::span<char> into);
  Result<std::size_t> read_stream(std::span<char> into);
  Result<std::size_t> read_chunked(std::span<char> into);
  Result<void> send_continue();
  Result<void> wait(IoResult::Status want);
  Error broken(ErrorKind kind, std::string_view why);

  Stream& stream_;
  const int fd_;
  InputBuffer& input_;
  const bool chunked_;
  std::uint64_t remaining_ = 0;  // not chunked: bytes neither in decoded_ nor read
  ChunkedDecoder decoder_;
  std::string decoded_;  // prefetched, or the rest of a chunk that did not fit
  std::size_t decoded_at_ = 0;
  std::uint64_t total_ = 0;  // given to the reader
  bool owes_continue_;
  bool broken_ = false;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const Limits limits_;
};

}  // namespace tunesmith::http
