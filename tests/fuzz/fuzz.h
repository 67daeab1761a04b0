// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share: bytes as text, and a check that ends the program.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tunesmith::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes the text up to the first NUL off `rest`: several inputs out of one.
inline std::string_view next_part(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

}  // namespace tunesmith::fuzz
