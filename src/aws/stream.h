// SPDX-License-Identifier: Apache-2.0
//
// Bodies that are not held in memory: the object that a client sends or fetches.
#pragma once

#include "http/message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace tunesmith::aws {

/// A body to read, already freed from aws-chunked framing. Valid while the operation runs.
/// Reading fails when the content is not what was signed.
struct InputStream {
  http::BodyReader* reader = nullptr;  // never null in an operation
  std::optional<std::uint64_t>
      length{};  // of the content itself; absent when the client did not say
  /// Fields after an aws-chunked body ("x-amz-checksum-crc32"), complete once the reader has
  /// reached the end; null when the request announced none (x-amz-trailer).
  std::shared_ptr<const http::Headers> trailers{};
  /// The announced names, as x-amz-trailer listed them.
  std::string announced_trailers{};
};

/// A body to send.
struct OutputStream {
  std::variant<std::string, http::FileBody, std::unique_ptr<http::BodyReader>> content{};
  std::optional<std::uint64_t> length{};  // needed for a reader, unless it is to be sent chunked
};

}  // namespace tunesmith::aws
