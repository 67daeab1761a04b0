// SPDX-License-Identifier: Apache-2.0
//
// JSON text, with the doubles that were meant: Boost.JSON 1.81 prints 0.98 as 9.8E-1, and reads one
// long decimal in ten as the double beside the nearest. Pure.
#pragma once

#include "base/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace tunesmith {

/// The text of `value` as the library writes it, but for doubles: the shortest decimal that reads
/// back as the same ("0.98", "1e-05", "3.0"); null where JSON has no such number.
std::string json_text(const boost::json::value& value);

/// The value of a JSON text, its doubles the nearest to what is written, in `storage`. kInvalid,
/// with the library's word for it, when it is none or is nested deeper than max_depth.
Result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth = 32,
                                      boost::json::storage_ptr storage = {});

}  // namespace tunesmith
