// SPDX-License-Identifier: Apache-2.0
//
// Whether a data directory or a backup is whole: the database file, what its rows refer to, and the
// bytes of every object and part against size and MD5. May run beside a server.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tunesmith::backup {

struct VerifyReport {
  std::size_t blobs = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> problems;  // one line each, at most kMaxProblems; empty: all is well
  bool more_problems = false;
};

inline constexpr std::size_t kMaxProblems = 1000;

/// kNotFound when there is no database; kConflict when it is of another version of the program.
Result<VerifyReport> verify(const std::filesystem::path& data);

}  // namespace tunesmith::backup
