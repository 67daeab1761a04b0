// SPDX-License-Identifier: Apache-2.0
//
// The view that training and inference have of the object store: the files behind a channel, where
// models go and come from. Thread safe.
#pragma once

#include "objects/object_store.h"
#include "objects/s3_uri.h"
#include "services/iam/policy_authorizer.h"
#include "training/input_source.h"

#include <filesystem>
#include <mutex>

#include "inference/model_artifacts.h"
#include "inference/transform_jobs.h"

namespace tunesmith::app {

class ObjectInputs final : public training::InputSource,
                           public training::ArtifactStore,
                           public inference::ModelArtifacts,
                           public inference::TransformObjects {
 public:
  /// `store` and `authorizer` outlive this. `joined_folder`: where objects that are stored in parts
  /// are kept as one file for training; a cache.
  ObjectInputs(objects::ObjectStore& store, std::filesystem::path joined_folder,
               const services::iam::PolicyAuthorizer& authorizer)
      : store_(store), joined_folder_(std::move(joined_folder)), authorizer_(authorizer) {}

  Result<std::vector<training::ChannelFile>> files(const training::InputChannel& channel,
                                                   const std::string& acting_role) override;
  Result<void> put_file(const std::string& uri, const std::filesystem::path& file) override;
  Result<void> check_put(const std::string& uri, const std::string& acting_role) override;

  Result<void> fetch(const std::string& uri, const std::string& acting_role,
                     const std::filesystem::path& path) override;
  Result<void> check_get(const std::string& uri, const std::string& acting_role) override;
  Result<std::vector<inference::TransformObject>> objects(const std::string& uri,
                                                          const std::string& acting_role) override;

  /// Empties the cache; only while no job runs.
  Result<void> forget_joined();

 private:
  Result<void> check(const std::string& acting_role, std::string_view action,
                     const std::string& resource) const;
  /// An object as a file of a channel.
  Result<training::ChannelFile> file_of(const std::string& bucket, const std::string& key,
                                        std::string name, const std::string& acting_role);
  /// What a ManifestFile lists.
  Result<std::vector<training::ChannelFile>> listed_files(const training::InputChannel& channel,
                                                          const objects::S3Uri& manifest,
                                                          const std::string& acting_role);
  Result<std::filesystem::path> join(const objects::OpenObject& object);

  objects::ObjectStore& store_;
  const std::filesystem::path joined_folder_;
  const services::iam::PolicyAuthorizer& authorizer_;
  std::mutex mutex_;  // one join at a time
};

}  // namespace tunesmith::app
