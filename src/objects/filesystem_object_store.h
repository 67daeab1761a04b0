// SPDX-License-Identifier: Apache-2.0
//
// ObjectStore over files in the data directory and an ObjectIndex. Borrows index and clock, which
// must outlive it, as it must outlive what it opens. Thread safe.
//
// Order of a put: bytes durable, name durable, row committed, answer. Order of a delete: row gone,
// blob deleted. So a crash leaves at most orphaned blobs; a sweep in the background removes them
// after each start.
#pragma once

#include "base/clock.h"
#include "objects/blob_files.h"
#include "objects/object_store.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <thread>

namespace tunesmith::objects {

struct FilesystemStoreOptions {
  std::uint64_t max_put = std::uint64_t{5} << 30U;      // of one put or part
  std::uint64_t max_object = std::uint64_t{50} << 40U;  // of a completed upload
  std::uint64_t min_part = std::uint64_t{5} << 20U;     // of all parts but the last
  bool sweep_at_start = true;
};

class FilesystemObjectStore final : public ObjectStore {
 public:
  static Result<std::unique_ptr<FilesystemObjectStore>> open(const std::filesystem::path& folder,
                                                             store::ObjectIndex& index,
                                                             const Clock& clock,
                                                             FilesystemStoreOptions options = {});

  /// The sweep of the start, again, on the caller's thread.
  Result<BlobFiles::Swept> sweep_orphans(const std::stop_token& stop = {});

  Result<void> create_bucket(const std::string& name, const std::string& region) override;
  Result<void> delete_bucket(const std::string& name) override;
  Result<BucketInfo> head_bucket(const std::string& name) const override;
  Result<std::vector<BucketInfo>> list_buckets(const std::string& prefix, const std::string& after,
                                               std::size_t limit) const override;

  Result<std::unique_ptr<StagedContent>> stage(ByteSource& content,
                                               const std::vector<ChecksumAlgorithm>& checksums,
                                               std::optional<std::uint64_t> size) override;
  Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                         std::unique_ptr<StagedContent> content,
                         const PutRequest& request) override;
  Result<ObjectInfo> head(const std::string& bucket, const std::string& key) const override;
  Result<std::unique_ptr<OpenObject>> get(const std::string& bucket,
                                          const std::string& key) const override;
  Result<void> remove(const std::string& bucket, const std::string& key,
                      const std::optional<std::string>& must_have) override;
  Result<void> remove_many(const std::string& bucket,
                           const std::vector<std::string>& keys) override;
  Result<ObjectInfo> copy(const OpenObject& source, const std::string& bucket,
                          const std::string& key, const CopyRequest& request) override;
  Result<ObjectPage> list(const std::string& bucket, const ListQuery& query) const override;
  Result<void> set_tags(const std::string& bucket, const std::string& key,
                        const Tags& tags) override;
  Result<std::vector<PartInfo>> list_object_parts(const ObjectInfo& object,
                                                  std::uint32_t after_number,
                                                  std::size_t limit) const override;

  Result<std::string> create_upload(const std::string& bucket, const std::string& key,
                                    const UploadRequest& request) override;
  Result<UploadInfo> head_upload(const std::string& bucket, const std::string& key,
                                 const std::string& id) const override;
  Result<PartInfo> put_part(const UploadInfo& upload, std::uint32_t number,
                            std::unique_ptr<StagedContent> content) override;
  Result<ObjectInfo> complete_upload(const std::string& bucket, const std::string& key,
                                     const std::string& id,
                                     const CompleteRequest& request) override;
  Result<void> abort_upload(const std::string& bucket, const std::string& key,
                            const std::string& id) override;
  Result<std::vector<PartInfo>> list_parts(const UploadInfo& upload, std::uint32_t after_number,
                                           std::size_t limit) const override;
  Result<UploadPage> list_uploads(const std::string& bucket,
                                  const UploadQuery& query) const override;

 private:
  FilesystemObjectStore(std::unique_ptr<BlobFiles> blobs, store::ObjectIndex& index,
                        const Clock& clock, FilesystemStoreOptions options)
      : blobs_(std::move(blobs)), index_(index), clock_(clock), options_(options) {}

  std::unique_ptr<BlobFiles> blobs_;
  store::ObjectIndex& index_;
  const Clock& clock_;
  const FilesystemStoreOptions options_;
  std::jthread sweeper_;  // last: it uses all of the above
};

}  // namespace tunesmith::objects
