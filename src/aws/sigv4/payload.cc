// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/payload.h"

#include "aws/sigv4/errors.h"
#include "base/strings.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tunesmith::aws::sigv4 {

Result<std::size_t> MemoryBody::read(std::span<char> into) {
  const std::size_t n = std::min(into.size(), content_.size() - at_);
  if (n > 0) std::memcpy(into.data(), content_.data() + at_, n);
  at_ += n;
  return n;
}

HashedBody::HashedBody(http::BodyReader& source, std::string expected_hex, BodyError error)
    : source_(source), expected_hex_(std::move(expected_hex)), error_(std::move(error)) {}

Result<std::size_t> HashedBody::read(std::span<char> into) {
  if (failure_) return *failure_;
  if (ended_) return 0;
  TUNESMITH_TRY(const std::size_t got, source_.read(into));
  if (got > 0) {
    hasher_.update(std::string_view(into.data(), got));
    return got;
  }
  ended_ = true;
  const std::string computed = to_hex(hasher_.finish());
  if (computed != expected_hex_) {
    *error_ = payload_mismatch(Family::kS3, expected_hex_, computed);
    failure_ = Error(ErrorKind::kInvalid, "read body: its content is not what was signed");
    return *failure_;
  }
  return 0;
}

}  // namespace tunesmith::aws::sigv4
