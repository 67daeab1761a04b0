// SPDX-License-Identifier: Apache-2.0
//
// Compressed bodies of requests, and compressed objects.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tunesmith {

/// The content of a gzip file, or of several one behind the other. kInvalid when `bytes` is none,
/// or is cut short; kLimitExceeded when the content is longer than `limit`.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);

/// The content of a gzip file, or of several one behind the other, that comes in pieces. Move-only,
/// one thread.
class GunzipStream {
 public:
  using Take = std::function<Result<void>(std::string_view)>;

  GunzipStream();
  ~GunzipStream();
  GunzipStream(GunzipStream&&) noexcept;
  GunzipStream& operator=(GunzipStream&&) noexcept;

  /// Hands over what `bytes` add to the content. kInvalid when they are no gzip; errors of `take`.
  Result<void> push(std::string_view bytes, const Take& take);
  /// kInvalid when the file is cut short.
  Result<void> finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tunesmith
