// SPDX-License-Identifier: Apache-2.0
//
// Serves the embedded page: its files by name, and index.html for the address of every view.
// Thread safe, waits for nothing.
#pragma once

#include "http/message.h"

#include <string_view>

namespace tunesmith::console {

/// `path`: what follows "/_console/", raw.
http::Response serve_page(const http::Request& request, std::string_view path);

}  // namespace tunesmith::console
