// SPDX-License-Identifier: Apache-2.0
//
// A line of an augmented manifest: a JSON object, some attributes of which are a channel's data.
// Pure.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::training {

/// The longest line that is read.
inline constexpr std::size_t kLongestManifestLine = std::size_t{1} << 20U;

/// Whether an attribute's value is the address of an object, whose content is streamed in its
/// place.
inline bool is_reference(std::string_view attribute) { return attribute.ends_with("-ref"); }

/// The values of the attributes `names` of a line, in that order, as they are streamed: a text as
/// its characters, anything else as its JSON text without white space, numbers digit for digit as
/// they were written. kInvalid saying what the line lacks, also for a reference that is no text.
Result<std::vector<std::string>> attribute_values(std::string_view line,
                                                  const std::vector<std::string>& names);

}  // namespace tunesmith::training
