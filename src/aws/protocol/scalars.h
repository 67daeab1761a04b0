// SPDX-License-Identifier: Apache-2.0
//
// Scalars as text: in headers, query strings, path labels, forms and XML. Thread safe (no state).
#pragma once

#include "aws/shape.h"

#include <string>
#include <string_view>

namespace tunesmith::aws {

/// The format of a time: the member's or shape's own, or that of the place.
TimestampFormat timestamp_format(const Member* member, const Shape& shape,
                                 TimestampFormat fallback);

/// Reads `text` into `value` (of a scalar shape). False when it is not of that type.
bool parse_scalar(std::string_view text, const Shape& shape, TimestampFormat format, void* value);

/// Writes a value of a scalar shape; blobs in base64.
std::string scalar_to_text(const Shape& shape, TimestampFormat format, const void* value);

}  // namespace tunesmith::aws
