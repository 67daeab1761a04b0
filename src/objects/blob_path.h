// SPDX-License-Identifier: Apache-2.0
//
// Where a blob lies below the folder of objects: in the folder named by its last two digits.
#pragma once

#include <filesystem>
#include <string>

namespace tunesmith::objects {

/// `id` has at least two characters.
inline std::filesystem::path blob_path(const std::filesystem::path& folder, const std::string& id) {
  return folder / id.substr(id.size() - 2) / id;
}

}  // namespace tunesmith::objects
