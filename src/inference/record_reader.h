// SPDX-License-Identifier: Apache-2.0
//
// The content of an input object of a batch transform, line by line or whole, uncompressed on the
// way. One thread.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

struct archive;

namespace tunesmith::inference {

class RecordReader {
 public:
  /// kInvalid when `gzip` and the file is none.
  static Result<RecordReader> open(const std::filesystem::path& path, bool gzip);

  /// The next line that is not empty, without its end; nothing at the end. kLimitExceeded when it
  /// is longer than `limit` bytes.
  Result<std::optional<std::string>> next_line(std::size_t limit);
  /// Everything. kLimitExceeded when it is longer than `limit` bytes.
  Result<std::string> rest(std::size_t limit);

 private:
  struct Close {
    void operator()(archive* a) const;
  };
  /// Reads more into buffer_; false at the end.
  Result<bool> fill();

  std::unique_ptr<archive, Close> archive_;
  std::string buffer_;
  std::size_t at_ = 0;  // in buffer_
  bool ended_ = false;
};

}  // namespace tunesmith::inference
