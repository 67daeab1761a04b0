// SPDX-License-Identifier: Apache-2.0
//
// What inference wants from the object store: models in, predictions out. Implemented over the
// local object store in app/. Thread safe.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace tunesmith::inference {

class ModelArtifacts {
 public:
  virtual ~ModelArtifacts() = default;
  /// Copies the object at an s3:// URI to `path`, so that it stays when the object goes. kNotFound
  /// when there is none, kDenied when `acting_role` (empty: the owner) may not read it.
  virtual Result<void> fetch(const std::string& uri, const std::string& acting_role,
                             const std::filesystem::path& path) = 0;
  /// What fetch() would say.
  virtual Result<void> check_get(const std::string& uri, const std::string& acting_role) = 0;
};

}  // namespace tunesmith::inference
