// SPDX-License-Identifier: Apache-2.0
//
// What training wants from the object store: the files behind an input channel, and a place for a
// model that was left in a job's folder. Implemented over the local object store in app/. Thread
// safe.
#pragma once

#include "base/result.h"
#include "store/records.h"
#include "training/runner_protocol.h"
#include "training/training_spec.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tunesmith::training {

class InputSource {
 public:
  virtual ~InputSource() = default;
  /// The files of a channel in order of key, as `acting_role` (see TrainingSpec) may read them.
  /// kNotFound, in the service's words, when there is none; kDenied when the role may not.
  virtual Result<std::vector<ChannelFile>> files(const InputChannel& channel,
                                                 const std::string& acting_role) = 0;
  /// kDenied when `acting_role` is gone or does not let the service act as it for the job (any
  /// more).
  virtual Result<void> check_role(const std::string& acting_role,
                                  const store::TrainingJob& job) = 0;
};

class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;
  /// Stores the file durably at an s3:// URI.
  virtual Result<void> put_file(const std::string& uri, const std::filesystem::path& file) = 0;
  /// kDenied when `acting_role` may not store what is at that URI.
  virtual Result<void> check_put(const std::string& uri, const std::string& acting_role) = 0;
};

}  // namespace tunesmith::training
