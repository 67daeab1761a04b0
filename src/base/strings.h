// SPDX-License-Identifier: Apache-2.0
//
// Small text functions that several floors need. Everything here is ASCII and locale-free.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith {

std::string to_hex(std::string_view bytes);
/// Nothing when `hex` is not an even number of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);
/// Nothing when `text` is not canonical padded base64.
std::optional<std::string> from_base64(std::string_view text);

std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
bool iequals(std::string_view a, std::string_view b);

/// The whole of `text` as a number; nothing when it is not one, is out of range, or has extra
/// characters.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);
/// The shortest decimal text that reads back as the same double ("0.1", "1e-05", "3.0" prints as
/// "3.0").
std::string format_double(double value);

/// Percent-encoding as SigV4 wants it: everything but A-Z a-z 0-9 - . _ ~ becomes %XX (upper case);
/// '/' is kept when `keep_slash`.
std::string uri_encode(std::string_view text, bool keep_slash = false);
/// Undoes percent-encoding; '+' stays as it is unless `plus_is_space`. Nothing for a broken escape.
std::optional<std::string> uri_decode(std::string_view text, bool plus_is_space = false);

}  // namespace tunesmith
