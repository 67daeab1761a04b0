// SPDX-License-Identifier: Apache-2.0
//
// How a backup, which is another process, keeps a server from deleting blobs while it copies them:
// a lock on the folder of objects, exclusive for who holds the blobs, shared for who deletes some.
// Thread safe.
#pragma once

#include "base/files.h"
#include "base/result.h"

#include <filesystem>
#include <optional>

namespace tunesmith::objects {

/// Until the descriptor is closed no blob in `folder` is deleted. Waits for deletions under way.
Result<FileDescriptor> hold_blobs(const std::filesystem::path& folder);

/// For the time of a deletion; nothing while somebody holds the blobs, or when that can't be known.
std::optional<FileDescriptor> begin_deleting_blobs(const std::filesystem::path& folder);

}  // namespace tunesmith::objects
