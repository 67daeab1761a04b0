// SPDX-License-Identifier: Apache-2.0
//
// ObjectIndex in SQLite. Borrows the Database, which must outlive it. Thread safe.
// Listing (object_listing.cc) steps along the primary key and jumps over each rolled-up prefix by
// one seek, so that a page costs what it returns, not what it skips.
#pragma once

#include "store/object_index.h"

namespace tunesmith::store {

class Database;

class SqliteObjectIndex final : public ObjectIndex {
 public:
  explicit SqliteObjectIndex(Database& database) : database_(database) {}

  Result<void> create_bucket(const BucketRow& bucket) override;
  Result<BucketRow> find_bucket(const std::string& name) const override;
  Result<std::vector<Garbage>> delete_bucket(const std::string& name) override;
  Result<std::vector<BucketRow>> list_buckets(const std::string& prefix, const std::string& after,
                                              std::size_t limit) const override;

  Result<std::vector<Garbage>> put_object(const std::string& bucket, const ObjectRow& row,
                                          const PutCondition& condition) override;
  Result<std::vector<Garbage>> put_segmented_object(const std::string& bucket, const ObjectRow& row,
                                                    const std::vector<SegmentRow>& segments,
                                                    const PutCondition& condition) override;
  Result<ObjectRow> find_object(const std::string& bucket, const std::string& key) const override;
  Result<std::vector<Garbage>> delete_objects(const std::string& bucket,
                                              const std::vector<std::string>& keys,
                                              const std::optional<std::string>& must_have) override;
  Result<void> set_object_tags(const std::string& bucket, const std::string& key,
                               const Tags& tags) override;
  Result<ObjectPage> list_objects(const std::string& bucket, const ListQuery& query) const override;
  Result<std::vector<SegmentRow>> list_segments(const std::string& owner,
                                                std::uint32_t after_number,
                                                std::size_t limit) const override;

  Result<void> create_upload(const std::string& bucket, const UploadRow& upload) override;
  Result<UploadRow> find_upload(const std::string& bucket, const std::string& key,
                                const std::string& id) const override;
  Result<UploadPage> list_uploads(const std::string& bucket,
                                  const UploadQuery& query) const override;
  Result<std::vector<Garbage>> put_part(const std::string& upload_id,
                                        const SegmentRow& part) override;
  Result<std::vector<Garbage>> complete_upload(const std::string& bucket, const ObjectRow& row,
                                               const std::vector<SegmentRow>& parts,
                                               const PutCondition& condition) override;
  Result<std::vector<Garbage>> abort_upload(const std::string& bucket, const std::string& key,
                                            const std::string& id) override;

  Result<void> for_each_blob(const std::function<void(std::string_view)>& visit) const override;

 private:
  Database& database_;
};

}  // namespace tunesmith::store
