// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/object_tables.h"

#include "store/sqlite/object_rows.h"
#include "store/sqlite/object_text.h"

namespace tunesmith::store {
namespace {

BucketRow read_bucket(const Statement& row) {
  BucketRow bucket;
  bucket.name = row.text(0);
  bucket.region = row.text(1);
  bucket.created = from_millis(row.integer(2));
  return bucket;
}

}  // namespace

Result<void> SqliteObjectIndex::create_bucket(const BucketRow& bucket) {
  auto created = database_.write([&](Connection& c) -> Result<void> {
    return c.prepare("INSERT INTO buckets (name, region, created) VALUES (?1,?2,?3)")
        .bind(1, std::string_view(bucket.name))
        .bind(2, std::string_view(bucket.region))
        .bind(3, to_millis(bucket.created))
        .run();
  });
  if (!created && created.error().kind == ErrorKind::kAlreadyExists) {
    return Error(ErrorKind::kAlreadyExists, "bucket " + bucket.name + " exists",
                 reason::kBucketExists);
  }
  return created;
}

Result<BucketRow> SqliteObjectIndex::find_bucket(const std::string& name) const {
  BucketRow bucket;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare("SELECT name, region, created FROM buckets WHERE name = ?1");
    query.bind(1, std::string_view(name));
    TUNESMITH_TRY(const bool found, query.step());
    if (!found) return object_rows::no_such_bucket(name);
    bucket = read_bucket(query);
    return {};
  }));
  return bucket;
}

Result<std::vector<Garbage>> SqliteObjectIndex::delete_bucket(const std::string& name) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, name));
    {
      auto query = c.prepare("SELECT 1 FROM objects WHERE bucket_id = ?1 LIMIT 1");
      query.bind(1, id);
      TUNESMITH_TRY(const bool holds, query.step());
      if (holds) {
        return Error(ErrorKind::kConflict, "bucket " + name + " holds objects",
                     reason::kBucketNotEmpty);
      }
    }
    std::vector<std::string> uploads;
    {
      auto query = c.prepare("SELECT id FROM uploads WHERE bucket_id = ?1");
      query.bind(1, id);
      for (;;) {
        TUNESMITH_TRY(const bool row, query.step());
        if (!row) break;
        uploads.push_back(query.text(0));
      }
    }
    for (const std::string& upload : uploads) {
      TUNESMITH_TRY(Garbage dropped, object_rows::drop_blobs(c, upload, 1));
      garbage.push_back(std::move(dropped));
    }
    TUNESMITH_TRY_VOID(c.prepare("DELETE FROM uploads WHERE bucket_id = ?1").bind(1, id).run());
    return c.prepare("DELETE FROM buckets WHERE id = ?1").bind(1, id).run();
  }));
  return garbage;
}

Result<std::vector<BucketRow>> SqliteObjectIndex::list_buckets(const std::string& prefix,
                                                               const std::string& after,
                                                               std::size_t limit) const {
  std::vector<BucketRow> buckets;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(
        "SELECT name, region, created FROM buckets WHERE name >= ?1 AND name > ?2"
        " ORDER BY name");
    query.bind(1, std::string_view(prefix)).bind(2, std::string_view(after));
    while (buckets.size() < limit) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) break;
      BucketRow bucket = read_bucket(query);
      if (!bucket.name.starts_with(prefix)) break;
      buckets.push_back(std::move(bucket));
    }
    return {};
  }));
  return buckets;
}

Result<std::vector<Garbage>> SqliteObjectIndex::put_object(const std::string& bucket,
                                                           const ObjectRow& row,
                                                           const PutCondition& condition) {
  return put_segmented_object(bucket, row, {}, condition);
}

Result<std::vector<Garbage>> SqliteObjectIndex::put_segmented_object(
    const std::string& bucket, const ObjectRow& row, const std::vector<SegmentRow>& segments,
    const PutCondition& condition) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    TUNESMITH_TRY_VOID(object_rows::put_row(c, id, row, condition, garbage));
    for (const SegmentRow& segment : segments) {
      TUNESMITH_TRY_VOID(object_rows::insert_segment(c, row.version, segment));
    }
    return {};
  }));
  return garbage;
}

Result<ObjectRow> SqliteObjectIndex::find_object(const std::string& bucket,
                                                 const std::string& key) const {
  ObjectRow object;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    auto query = c.prepare("SELECT " TUNESMITH_OBJECT_COLUMNS
                           " FROM objects WHERE bucket_id = ?1 AND key = ?2");
    query.bind(1, id).bind_blob(2, key);
    TUNESMITH_TRY(const bool found, query.step());
    if (!found) return object_rows::no_such_key(bucket, key);
    TUNESMITH_TRY(object, object_rows::read_object(query));
    return {};
  }));
  return object;
}

Result<std::vector<Garbage>> SqliteObjectIndex::delete_objects(
    const std::string& bucket, const std::vector<std::string>& keys,
    const std::optional<std::string>& must_have) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    for (const std::string& key : keys) {
      std::string version;
      std::uint32_t part_count = 0;
      {
        auto query = c.prepare(
            "SELECT version, etag, part_count FROM objects WHERE bucket_id = ?1 AND key = ?2");
        query.bind(1, id).bind_blob(2, key);
        TUNESMITH_TRY(const bool found, query.step());
        if (!found) {
          if (must_have) return object_rows::no_such_key(bucket, key);
          continue;
        }
        if (must_have && *must_have != "*" && *must_have != query.text(1)) {
          return Error(ErrorKind::kConflict, "object " + key + " has ETag " + query.text(1),
                       reason::kPrecondition);
        }
        version = query.text(0);
        part_count = static_cast<std::uint32_t>(query.integer(2));
      }
      TUNESMITH_TRY(Garbage dropped, object_rows::drop_blobs(c, version, part_count));
      garbage.push_back(std::move(dropped));
      TUNESMITH_TRY_VOID(c.prepare("DELETE FROM objects WHERE bucket_id = ?1 AND key = ?2")
                             .bind(1, id)
                             .bind_blob(2, key)
                             .run());
    }
    return {};
  }));
  return garbage;
}

Result<void> SqliteObjectIndex::set_object_tags(const std::string& bucket, const std::string& key,
                                                const Tags& tags) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    TUNESMITH_TRY_VOID(c.prepare("UPDATE objects SET tags = ?3 WHERE bucket_id = ?1 AND key = ?2")
                           .bind(1, id)
                           .bind_blob(2, key)
                           .bind(3, std::string_view(tags_to_text(tags)))
                           .run());
    if (c.changes() == 0) return object_rows::no_such_key(bucket, key);
    return {};
  });
}

Result<void> SqliteObjectIndex::for_each_blob(
    const std::function<void(std::string_view)>& visit) const {
  return database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(
        "SELECT version FROM objects WHERE part_count = 0 UNION ALL SELECT blob FROM segments");
    for (;;) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) return {};
      visit(query.text(0));
    }
  });
}

}  // namespace tunesmith::store
