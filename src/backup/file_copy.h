// SPDX-License-Identifier: Apache-2.0
//
// Files copied so that they survive power loss, sharing their blocks where the file system can.
// Thread safe.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <filesystem>

namespace tunesmith::backup {

/// Copies bytes and mode to `to`, which appears only when it is whole and durable; its folder is
/// synced by the caller. kNotFound when `from` is not there.
Result<void> copy_file_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Makes a folder, and those above it, with mode 0700.
Result<void> make_private_folder(const std::filesystem::path& folder);

/// Holds the folder of a backup while the descriptor is open: `how` is LOCK_EX to change it,
/// LOCK_SH to read it. kConflict when somebody holds it who must be alone.
Result<FileDescriptor> hold_backup(const std::filesystem::path& folder, int how);

}  // namespace tunesmith::backup
