// SPDX-License-Identifier: Apache-2.0
//
// Training's view of the object store: the files behind a channel, and where models go. Thread
// safe.
#pragma once

#include "objects/object_store.h"
#include "training/input_source.h"

#include <filesystem>
#include <mutex>

namespace tunesmith::app {

class ObjectInputs final : public training::InputSource, public training::ArtifactStore {
 public:
  /// `joined_folder`: where objects that are stored in parts are kept as one file for training; a
  /// cache.
  ObjectInputs(objects::ObjectStore& store, std::filesystem::path joined_folder)
      : store_(store), joined_folder_(std::move(joined_folder)) {}

  Result<std::vector<training::ChannelFile>> files(const training::InputChannel& channel) override;
  Result<void> put_file(const std::string& uri, const std::filesystem::path& file) override;

  /// Empties the cache; only while no job runs.
  Result<void> forget_joined();

 private:
  Result<std::filesystem::path> join(const objects::OpenObject& object);

  objects::ObjectStore& store_;
  const std::filesystem::path joined_folder_;
  std::mutex mutex_;  // one join at a time
};

}  // namespace tunesmith::app
