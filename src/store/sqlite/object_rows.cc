// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/object_rows.h"

#include "store/sqlite/object_text.h"

namespace tunesmith::store::object_rows {

ObjectRow read_summary(const Statement& row) {
  ObjectRow object;
  object.key = row.text(0);
  object.version = row.text(1);
  object.size = static_cast<std::uint64_t>(row.integer(2));
  object.etag = row.text(3);
  object.modified = from_millis(row.integer(4));
  object.part_count = static_cast<std::uint32_t>(row.integer(5));
  if (!row.is_null(6)) {
    object.checksum =
        Checksum{static_cast<ChecksumAlgorithm>(row.integer(6)), row.integer(7) != 0, row.text(8)};
  }
  object.attributes.storage_class = row.text(9);
  return object;
}

Result<ObjectRow> read_object(const Statement& row) {
  ObjectRow object = read_summary(row);
  std::string storage_class = std::move(object.attributes.storage_class);
  TUNESMITH_TRY(object.attributes, attributes_from_text(row.text(10)));
  object.attributes.storage_class = std::move(storage_class);
  TUNESMITH_TRY(object.tags, tags_from_text(row.text(11)));
  return object;
}

UploadRow read_upload_summary(const Statement& row) {
  UploadRow upload;
  upload.id = row.text(0);
  upload.key = row.text(1);
  upload.initiated = from_millis(row.integer(2));
  if (!row.is_null(3)) upload.checksum_algorithm = static_cast<ChecksumAlgorithm>(row.integer(3));
  upload.checksum_composite = row.integer(4) != 0;
  upload.attributes.storage_class = row.text(5);
  return upload;
}

Result<UploadRow> read_upload(const Statement& row) {
  UploadRow upload = read_upload_summary(row);
  std::string storage_class = std::move(upload.attributes.storage_class);
  TUNESMITH_TRY(upload.attributes, attributes_from_text(row.text(6)));
  upload.attributes.storage_class = std::move(storage_class);
  TUNESMITH_TRY(upload.tags, tags_from_text(row.text(7)));
  return upload;
}

SegmentRow read_segment(const Statement& row) {
  SegmentRow segment;
  segment.number = static_cast<std::uint32_t>(row.integer(0));
  segment.blob = row.text(1);
  segment.size = static_cast<std::uint64_t>(row.integer(2));
  segment.etag = row.text(3);
  segment.checksum = row.text(4);
  segment.modified = from_millis(row.integer(5));
  return segment;
}

Error no_such_bucket(const std::string& name) {
  return {ErrorKind::kNotFound, "bucket " + name + " does not exist", reason::kNoSuchBucket};
}
Error no_such_key(const std::string& bucket, const std::string& key) {
  return {ErrorKind::kNotFound, "bucket " + bucket + " has no object " + key, reason::kNoSuchKey};
}
Error no_such_upload(const std::string& id) {
  return {ErrorKind::kNotFound, "multipart upload " + id + " does not exist",
          reason::kNoSuchUpload};
}

Result<std::int64_t> bucket_id(Connection& connection, const std::string& name) {
  auto query = connection.prepare("SELECT id FROM buckets WHERE name = ?1");
  query.bind(1, std::string_view(name));
  TUNESMITH_TRY(const bool found, query.step());
  if (!found) return no_such_bucket(name);
  return query.integer(0);
}

Result<Garbage> drop_blobs(Connection& connection, const std::string& version,
                           std::uint32_t part_count) {
  Garbage garbage{version, {}};
  if (part_count == 0) {
    garbage.blobs.push_back(version);
    return garbage;
  }
  {
    auto query = connection.prepare("SELECT blob FROM segments WHERE owner = ?1 ORDER BY number");
    query.bind(1, std::string_view(version));
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) break;
      garbage.blobs.push_back(query.text(0));
    }
  }
  TUNESMITH_TRY_VOID(connection.prepare("DELETE FROM segments WHERE owner = ?1")
                         .bind(1, std::string_view(version))
                         .run());
  return garbage;
}

Result<void> put_row(Connection& connection, std::int64_t bucket, const ObjectRow& row,
                     const PutCondition& condition, std::vector<Garbage>& garbage) {
  bool replaces = false;
  std::string old_version;
  std::string old_etag;
  std::uint32_t old_parts = 0;
  {
    auto query = connection.prepare(
        "SELECT version, etag, part_count FROM objects WHERE bucket_id = ?1 AND key = ?2");
    query.bind(1, bucket).bind_blob(2, row.key);
    TUNESMITH_TRY(replaces, query.step());
    if (replaces) {
      old_version = query.text(0);
      old_etag = query.text(1);
      old_parts = static_cast<std::uint32_t>(query.integer(2));
    }
  }
  if (condition.must_be_absent && replaces) {
    return Error(ErrorKind::kConflict, "object " + row.key + " exists", reason::kPrecondition);
  }
  if (condition.must_have) {
    if (!replaces) {
      return Error(ErrorKind::kNotFound, "object " + row.key + " does not exist",
                   reason::kNoSuchKey);
    }
    if (*condition.must_have != "*" && *condition.must_have != old_etag) {
      return Error(ErrorKind::kConflict, "object " + row.key + " has ETag " + old_etag,
                   reason::kPrecondition);
    }
  }
  if (replaces) {
    TUNESMITH_TRY(Garbage dropped, drop_blobs(connection, old_version, old_parts));
    garbage.push_back(std::move(dropped));
  }
  auto insert =
      connection.prepare("INSERT OR REPLACE INTO objects (bucket_id, " TUNESMITH_OBJECT_COLUMNS
                         ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)");
  insert.bind(1, bucket)
      .bind_blob(2, row.key)
      .bind(3, std::string_view(row.version))
      .bind(4, static_cast<std::int64_t>(row.size))
      .bind(5, std::string_view(row.etag))
      .bind(6, to_millis(row.modified))
      .bind(7, std::int64_t{row.part_count});
  if (row.checksum) {
    insert.bind(8, static_cast<std::int64_t>(row.checksum->algorithm))
        .bind(9, std::int64_t{row.checksum->composite ? 1 : 0})
        .bind_blob(10, row.checksum->value);
  } else {
    insert.bind_null(8).bind(9, std::int64_t{0}).bind_null(10);
  }
  insert.bind(11, std::string_view(row.attributes.storage_class))
      .bind(12, std::string_view(attributes_to_text(row.attributes)))
      .bind(13, std::string_view(tags_to_text(row.tags)));
  return insert.run();
}

Result<void> insert_segment(Connection& connection, const std::string& owner,
                            const SegmentRow& segment) {
  return connection
      .prepare(
          "INSERT OR REPLACE INTO segments (owner, number, blob, size, etag, checksum, modified)"
          " VALUES (?1,?2,?3,?4,?5,?6,?7)")
      .bind(1, std::string_view(owner))
      .bind(2, std::int64_t{segment.number})
      .bind(3, std::string_view(segment.blob))
      .bind(4, static_cast<std::int64_t>(segment.size))
      .bind(5, std::string_view(segment.etag))
      .bind_blob(6, segment.checksum)
      .bind(7, to_millis(segment.modified))
      .run();
}

std::string after_all_with_prefix(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<unsigned char>(prefix.back());
    if (last != 0xff) {
      prefix.back() = static_cast<char>(last + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return prefix;
}

}  // namespace tunesmith::store::object_rows
