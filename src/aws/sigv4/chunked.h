// SPDX-License-Identifier: Apache-2.0
//
// The aws-chunked content encoding, in which SDKs send a body whose hash or checksum they do not
// know beforehand:
//
//   size[;chunk-signature=hex] CRLF data CRLF ... 0[;chunk-signature=hex] CRLF [name:value CRLF
//   ...] CRLF
//
// Each signature covers its chunk and the signature before it; the first follows the request's own.
// The reader gives the data; it reads on to the very end and fails there, or in the middle, when
// anything is not as it was signed or announced. Any bytes may come in. One thread.
#pragma once

#include "aws/sigv4/payload.h"
#include "base/digest.h"
#include "http/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::aws::sigv4 {

struct ChunkedOptions {
  bool is_signed = false;            // STREAMING-AWS4-HMAC-SHA256-PAYLOAD and ...-TRAILER
  bool has_trailer = false;          // ...-TRAILER
  std::uint64_t decoded_length = 0;  // x-amz-decoded-content-length
  // When signed:
  std::string signing_key;
  std::string time;
  std::string scope;
  std::string seed_signature;  // the request's
};

class ChunkedBody final : public http::BodyReader {
 public:
  /// `trailers` is filled at the end, x-amz-trailer-signature left out.
  ChunkedBody(http::BodyReader& source, ChunkedOptions options,
              std::shared_ptr<http::Headers> trailers, BodyError error);

  Result<std::size_t> read(std::span<char> into) override;

 private:
  Result<std::size_t> read_data(std::span<char> into);
  Result<void> begin_chunk();
  Result<void> end_chunk();
  Result<void> read_trailer();
  Result<void> check_signature(std::string_view kind, std::string_view hashes,
                               std::string_view signature);
  Result<std::string> read_line(std::size_t limit);
  Result<bool> fill();
  Error fail(ApiError error);
  Error malformed(std::string_view what);

  http::BodyReader& source_;
  ChunkedOptions options_;
  const std::shared_ptr<http::Headers> trailers_;
  const BodyError error_;
  std::optional<Error> failure_;
  std::string buffer_;
  std::size_t at_ = 0;  // in buffer_
  std::uint64_t chunk_left_ = 0;
  std::uint64_t total_ = 0;
  std::string chunk_signature_;
  std::optional<Hasher> chunk_hash_;
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace tunesmith::aws::sigv4
