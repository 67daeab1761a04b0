// SPDX-License-Identifier: Apache-2.0
//
// The view that training and inference have of the object store: the files behind a channel, where
// models go and come from. Thread safe.
#pragma once

#include "app/input_cache.h"
#include "objects/object_store.h"
#include "objects/s3_uri.h"
#include "services/iam/policy_authorizer.h"
#include "training/channel_stream.h"
#include "training/input_source.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inference/model_artifacts.h"
#include "inference/transform_jobs.h"

namespace tunesmith::app {

class ObjectInputs final : public training::InputSource,
                           public training::ArtifactStore,
                           public inference::ModelArtifacts,
                           public inference::TransformObjects {
 public:
  /// `store` and `authorizer` outlive this. `joined_folder`: where objects that are stored in parts
  /// are kept as one file for training, and streams made of several; a cache.
  ObjectInputs(objects::ObjectStore& store, std::filesystem::path joined_folder,
               const services::iam::PolicyAuthorizer& authorizer)
      : store_(store), joined_(std::move(joined_folder)), authorizer_(authorizer) {}

  Result<std::vector<training::ChannelFile>> files(const training::InputChannel& channel,
                                                   const std::string& acting_role) override;
  Result<void> check_role(const std::string& acting_role, const store::TrainingJob& job) override;
  Result<void> put_file(const std::string& uri, const std::filesystem::path& file) override;
  Result<void> check_put(const std::string& uri, const std::string& acting_role) override;

  Result<void> fetch(const std::string& uri, const std::string& acting_role,
                     const std::filesystem::path& path) override;
  Result<void> check_get(const std::string& uri, const std::string& acting_role) override;
  Result<std::vector<inference::TransformObject>> objects(const std::string& uri,
                                                          const std::string& acting_role) override;

 private:
  struct Part;
  struct PartFacts;

  /// `prefix`: of the keys that are listed.
  Result<void> check(const std::string& acting_role, std::string_view action,
                     const std::string& resource,
                     const std::optional<std::string>& prefix = {}) const;
  /// The object, when the role may read it.
  Result<std::unique_ptr<objects::OpenObject>> open(const objects::S3Uri& at,
                                                    const std::string& acting_role) const;
  /// An object as a file of a channel, or as a file of one RecordIO record.
  Result<training::ChannelFile> file_of(const objects::S3Uri& at, std::string name,
                                        const training::InputChannel& channel,
                                        const std::string& acting_role);
  /// What a ManifestFile lists.
  Result<std::vector<training::ChannelFile>> listed_files(const training::InputChannel& channel,
                                                          const objects::S3Uri& manifest,
                                                          const std::string& acting_role);
  /// What the lines of an AugmentedManifestFile are a stream of: a file, or as many as there are
  /// instances that share them (augmented_inputs.cc).
  Result<std::vector<training::ChannelFile>> streamed_files(const training::InputChannel& channel,
                                                            const objects::S3Uri& manifest,
                                                            const std::string& acting_role);
  Result<PartFacts> read_part(const Part& part, training::ChannelStream* to) const;

  objects::ObjectStore& store_;
  InputCache joined_;
  const services::iam::PolicyAuthorizer& authorizer_;
};

}  // namespace tunesmith::app
