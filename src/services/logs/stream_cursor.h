// SPDX-License-Identifier: Apache-2.0
//
// The store's cursor as the text of StreamPage::next, and back. Pure functions.
#pragma once

#include "base/result.h"
#include "base/strings.h"
#include "store/records.h"

#include <string>

namespace tunesmith::services::logs {

inline std::string print_cursor(const store::Cursor& cursor) {
  return std::to_string(cursor.id) + "/" + cursor.key;
}

inline Result<store::Cursor> parse_cursor(const std::string& text) {
  const auto slash = text.find('/');
  const auto id = parse_int(std::string_view(text).substr(0, slash));
  if (!id || slash == std::string::npos)
    return Error(ErrorKind::kInvalid, "The specified nextToken is invalid.");
  return store::Cursor{text.substr(slash + 1), *id};
}

}  // namespace tunesmith::services::logs
