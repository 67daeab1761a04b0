// SPDX-License-Identifier: Apache-2.0
//
// Lengths of UTF-8 text as people count them: AWS states most of its limits in characters.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tunesmith {

/// Of text that is valid UTF-8.
inline std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace tunesmith
