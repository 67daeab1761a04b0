// SPDX-License-Identifier: Apache-2.0
//
// Makes a data directory of a backup. The backup stays as it is.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace tunesmith::backup {

/// The file that is in a data directory while it is made: no server takes it.
constexpr const char* kRestoreMark = "restore-unfinished";

/// `data` is missing or empty (kInvalid), or what a restore from the same place left that was
/// interrupted, which is gone on with. kNotFound: there is no whole backup; kConflict: one is being
/// made there.
Result<void> restore(const std::filesystem::path& source, const std::filesystem::path& data);

}  // namespace tunesmith::backup
