// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 text: whether it is valid, how it is made so, and its length as people count it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tunesmith {

/// As Unicode defines it: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);
/// `text` with each byte that is not part of a valid character replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);
/// Of text that is valid UTF-8. AWS states most of its limits in characters.
std::size_t count_characters(std::string_view text);

}  // namespace tunesmith
