// SPDX-License-Identifier: Apache-2.0
//
// Bytes to be pulled into the object store or out of it. Blocking; used by one thread.
#pragma once

#include "base/result.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tunesmith::objects {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills part of `into` (not empty) and returns how many bytes; 0 at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// The bytes of a string.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string content) : content_(std::move(content)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min(into.size(), content_.size() - at_);
    std::memcpy(into.data(), content_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string content_;
  std::size_t at_ = 0;
};

}  // namespace tunesmith::objects
