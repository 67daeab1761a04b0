// SPDX-License-Identifier: Apache-2.0
//
// A training job's log for the console: a part of it, all of it as a file, and a search through it.
// No state; thread safe.
#pragma once

#include "http/message.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace tunesmith::console {

/// Query: `from` (a byte, or negative: so many bytes before the end), or `before` (the lines that
/// end there).
http::Response log_part(const http::Request& request, const std::filesystem::path& log);
/// Query: `search`: lines that contain it, without case, the first kMostMatches of them.
http::Response log_matches(const std::filesystem::path& log, std::string_view search);
inline constexpr std::size_t kMostMatches = 500;
/// The log as it is now, each line with its time in ISO 8601, as a file of that name to download.
http::Response log_file(const std::filesystem::path& log, const std::string& name);

}  // namespace tunesmith::console
