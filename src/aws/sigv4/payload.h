// SPDX-License-Identifier: Apache-2.0
//
// Bodies that check, while they are read, that they are what was signed. Each refers to the
// request's own body; none may outlive it. One thread.
#pragma once

#include "aws/api_error.h"
#include "base/digest.h"
#include "http/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::aws::sigv4 {

/// Where a checking body leaves the error that the client is to see.
using BodyError = std::shared_ptr<std::optional<ApiError>>;

/// A body that has been read and checked already.
class MemoryBody final : public http::BodyReader {
 public:
  explicit MemoryBody(std::string content) : content_(std::move(content)) {}
  Result<std::size_t> read(std::span<char> into) override;

 private:
  const std::string content_;
  std::size_t at_ = 0;
};

/// Nothing of it was signed (UNSIGNED-PAYLOAD).
class UnsignedBody final : public http::BodyReader {
 public:
  explicit UnsignedBody(http::BodyReader& source) : source_(source) {}
  Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

 private:
  http::BodyReader& source_;
};

/// Its SHA-256 was signed: the end is an error when the content has another.
class HashedBody final : public http::BodyReader {
 public:
  HashedBody(http::BodyReader& source, std::string expected_hex, BodyError error);
  Result<std::size_t> read(std::span<char> into) override;

 private:
  http::BodyReader& source_;
  const std::string expected_hex_;
  const BodyError error_;
  Hasher hasher_{DigestAlgorithm::kSha256};
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace tunesmith::aws::sigv4
