// SPDX-License-Identifier: Apache-2.0
//
// The files of the page, embedded in the program. The definition is generated from src/console/web
// (cmake/web.cmake). Constant data.
#pragma once

#include <span>
#include <string_view>

namespace tunesmith::console {

struct Asset {
  std::string_view path;  // "index.html", "assets/main-ABC123.js"
  std::string_view content_type;
  std::string_view etag;     // with its quotes
  std::string_view content;  // as it is
  std::string_view gzip;     // compressed
};

/// All files; "index.html" is among them.
std::span<const Asset> assets();

}  // namespace tunesmith::console
