// SPDX-License-Identifier: Apache-2.0
//
// Makes a data directory of a backup. The backup stays as it is.
#pragma once

#include "base/result.h"

#include <filesystem>

namespace tunesmith::backup {

/// `data` is missing or empty; its database appears last, so that one that was interrupted is not
/// taken for a data directory: remove the folder and restore again. kInvalid, kNotFound likewise.
Result<void> restore(const std::filesystem::path& source, const std::filesystem::path& data);

}  // namespace tunesmith::backup
