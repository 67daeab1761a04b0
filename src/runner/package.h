// SPDX-License-Identifier: Apache-2.0
//
// Packs a folder into a gzip-compressed tar archive, as the artifacts of a training job are.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>

namespace tunesmith::runner {

/// Writes the content of `folder` (entries sorted by name, paths relative to it, owner root) to
/// `archive` and returns the archive's size. Symbolic links are packed as links, special files left
/// out. kLimitExceeded: the disk is full.
Result<std::uint64_t> pack_folder(const std::filesystem::path& folder,
                                  const std::filesystem::path& archive);

/// The same; while the disk is full, what was trained waits in its folder. `pause` waits, and says
/// whether to go on.
Result<std::uint64_t> pack_when_there_is_room(
    const std::filesystem::path& folder, const std::filesystem::path& archive,
    const std::function<bool(std::chrono::milliseconds)>& pause);

/// True when the folder is absent or holds nothing.
bool is_empty_folder(const std::filesystem::path& folder);

}  // namespace tunesmith::runner
