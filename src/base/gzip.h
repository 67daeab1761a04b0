// SPDX-License-Identifier: Apache-2.0
//
// Compressed bodies of requests. Pure functions.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tunesmith {

/// The content of a gzip file. kInvalid when `bytes` is none, or is cut short; kLimitExceeded when
/// the content is longer than `limit`.
Result<std::string> gunzip(std::string_view bytes, std::size_t limit);

}  // namespace tunesmith
