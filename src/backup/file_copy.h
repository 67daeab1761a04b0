// SPDX-License-Identifier: Apache-2.0
//
// Files copied so that they survive power loss, sharing their blocks where the file system can.
// Thread safe.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace tunesmith::backup {

/// Copies bytes and mode to `to`, which appears only when it is whole and durable; its folder is
/// synced by the caller. kNotFound when `from` is not there.
Result<void> copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Makes a folder, and those above it, with mode 0700.
Result<void> make_private_folder(const std::filesystem::path& folder);

}  // namespace tunesmith::backup
