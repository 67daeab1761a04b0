// SPDX-License-Identifier: Apache-2.0
//
// Whether the server takes on an operation at the moment: asked after the caller has been
// recognised and before anything of the input is read. Implemented above (health/disk_guard.h).
// Thread safe.
#pragma once

#include "aws/api_error.h"
#include "aws/operation.h"

#include <optional>
#include <string_view>

namespace tunesmith::aws {

class Admission {
 public:
  virtual ~Admission() = default;
  /// The error to answer with instead; nothing: go on. Must not block for long and must not throw.
  virtual std::optional<ApiError> refuse(Protocol protocol, std::string_view operation) const = 0;
};

}  // namespace tunesmith::aws
