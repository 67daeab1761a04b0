// SPDX-License-Identifier: Apache-2.0
//
// What the object tables' files share: column lists, rows read from statements, and the steps that
// several transactions are made of. Private to store/sqlite.
#pragma once

#include "store/object_index.h"
#include "store/sqlite/database.h"

namespace tunesmith::store::object_rows {

// Columns as read_summary (the first ten) and read_object (all) expect them.
#define TUNESMITH_OBJECT_SUMMARY                                                             \
  "key, version, size, etag, modified, part_count, checksum_algorithm, checksum_composite, " \
  "checksum, storage_class"
#define TUNESMITH_OBJECT_COLUMNS TUNESMITH_OBJECT_SUMMARY ", attributes, tags"
#define TUNESMITH_UPLOAD_SUMMARY \
  "id, key, initiated, checksum_algorithm, checksum_composite, storage_class"
#define TUNESMITH_UPLOAD_COLUMNS TUNESMITH_UPLOAD_SUMMARY ", attributes, tags"

ObjectRow read_summary(const Statement& row);
Result<ObjectRow> read_object(const Statement& row);
UploadRow read_upload_summary(const Statement& row);
Result<UploadRow> read_upload(const Statement& row);
SegmentRow read_segment(const Statement& row);

Error no_such_bucket(const std::string& name);
Error no_such_key(const std::string& bucket, const std::string& key);
Error no_such_upload(const std::string& id);

/// kNotFound, no_such_bucket, when there is none.
Result<std::int64_t> bucket_id(Connection& connection, const std::string& name);
/// The blobs of an object that is about to lose its row; deletes its segments' rows.
Result<Garbage> drop_blobs(Connection& connection, const std::string& version,
                           std::uint32_t part_count);
/// Checks `condition`, then inserts or replaces the row. Adds what the replaced object leaves
/// behind.
Result<void> put_row(Connection& connection, std::int64_t bucket, const ObjectRow& row,
                     const PutCondition& condition, std::vector<Garbage>& garbage);
Result<void> insert_segment(Connection& connection, const std::string& owner,
                            const SegmentRow& segment);

/// The least string greater than all that begin with `prefix`; empty when there is none.
std::string after_all_with_prefix(std::string prefix);

}  // namespace tunesmith::store::object_rows
