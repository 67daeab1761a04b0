// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>

namespace tunesmith {

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  constexpr std::size_t kPiece = std::size_t{64} << 10U;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK)
    return Error(ErrorKind::kInternal, "inflate can't be started");
  // zlib doesn't write to its input, but its type is not const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() <= limit) {
    const std::size_t filled = out.size();
    out.resize(filled + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    stream.avail_out = kPiece;
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(filled + kPiece - stream.avail_out);
    if (state == Z_BUF_ERROR) break;  // cut short
  }
  inflateEnd(&stream);
  if (out.size() > limit)
    return Error(ErrorKind::kLimitExceeded, "the content is longer than the limit");
  if (state != Z_STREAM_END) return Error(ErrorKind::kInvalid, "not a whole gzip file");
  return out;
}

}  // namespace tunesmith
