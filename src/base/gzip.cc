// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

#include <zlib.h>

namespace tunesmith {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr std::size_t kPiece = std::size_t{64} << 10U;

}  // namespace

struct GunzipStream::State {
  z_stream stream{};
  bool started = false;  // inflateInit2 has succeeded
  bool whole = false;    // a file has ended, and no other has begun
  std::string out = std::string(kPiece, '\0');

  ~State() {
    if (started) inflateEnd(&stream);
  }
};

GunzipStream::GunzipStream() : state_(std::make_unique<State>()) {
  state_->started = inflateInit2(&state_->stream, kGzipOnly) == Z_OK;
}
GunzipStream::~GunzipStream() = default;
GunzipStream::GunzipStream(GunzipStream&&) noexcept = default;
GunzipStream& GunzipStream::operator=(GunzipStream&&) noexcept = default;

Result<void> GunzipStream::push(std::string_view bytes, const Take& take) {
  if (!state_->started) return Error(ErrorKind::kInternal, "inflate can't be started");
  z_stream& stream = state_->stream;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, std::size_t{1} << 30U);  // zlib counts in 32 bits
    bytes.remove_prefix(piece.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream.avail_in = static_cast<uInt>(piece.size());
    do {
      if (state_->whole && inflateReset(&stream) != Z_OK)
        return Error(ErrorKind::kInternal, "inflate can't be started");
      stream.next_out = reinterpret_cast<Bytef*>(state_->out.data());
      stream.avail_out = kPiece;
      const int state = inflate(&stream, Z_NO_FLUSH);
      if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
        return Error(ErrorKind::kInvalid, "is no gzip file");
      state_->whole = state == Z_STREAM_END;
      TUNESMITH_TRY_VOID(take(std::string_view(state_->out).substr(0, kPiece - stream.avail_out)));
    } while (stream.avail_in > 0 || (stream.avail_out == 0 && !state_->whole));
  }
  return {};
}

Result<void> GunzipStream::finish() const {
  if (state_->whole) return {};
  return Error(ErrorKind::kInvalid, "is not a whole gzip file");
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  GunzipStream stream;
  std::string out;
  TUNESMITH_TRY_VOID(stream.push(bytes, [&](std::string_view content) -> Result<void> {
    if (content.size() > limit - out.size())
      return Error(ErrorKind::kLimitExceeded, "the content is longer than the limit");
    out += content;
    return {};
  }));
  TUNESMITH_TRY_VOID(stream.finish());
  return out;
}

}  // namespace tunesmith
