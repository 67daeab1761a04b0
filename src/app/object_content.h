// SPDX-License-Identifier: Apache-2.0
//
// Reading an object's content without holding it whole.
#pragma once

#include "base/result.h"
#include "objects/object_store.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tunesmith::app {

using TakeBytes = std::function<Result<void>(std::string_view)>;

/// Hands the content over piece by piece.
Result<void> read_content(const objects::OpenObject& object, const TakeBytes& take);
/// What the content is compressed from, if `gzip`. kInvalid when it is no gzip file.
Result<void> read_plain_content(const objects::OpenObject& object, bool gzip,
                                const TakeBytes& take);

/// The lines of an object's content. One thread.
class ObjectLines {
 public:
  /// `longest`: bytes of a line, its end not counted.
  static Result<ObjectLines> open(const objects::OpenObject& object, std::size_t longest);

  /// The next line, without its end; false when there is none. kInvalid when it is too long.
  Result<bool> next(std::string& line);

 private:
  ObjectLines(std::unique_ptr<objects::ByteSource> source, std::size_t longest)
      : source_(std::move(source)), longest_(longest), buffer_(std::size_t{64} << 10U, '\0') {}

  std::unique_ptr<objects::ByteSource> source_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t at_ = 0, end_ = 0;  // of what is in buffer_
};

}  // namespace tunesmith::app
