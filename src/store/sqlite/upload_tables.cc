// SPDX-License-Identifier: Apache-2.0
//
// The part of SqliteObjectIndex that deals with multipart uploads. Segments belong to the upload by
// its id, and the completed object takes that id as its version: so completing moves no rows.
#include "store/sqlite/object_rows.h"
#include "store/sqlite/object_tables.h"
#include "store/sqlite/object_text.h"

#include <unordered_map>

namespace tunesmith::store {
namespace {

Result<void> check_upload(Connection& c, std::int64_t bucket_id, const std::string& key,
                          const std::string& id) {
  auto query = c.prepare("SELECT 1 FROM uploads WHERE id = ?1 AND bucket_id = ?2 AND key = ?3");
  query.bind(1, std::string_view(id)).bind(2, bucket_id).bind_blob(3, key);
  TUNESMITH_TRY(const bool found, query.step());
  if (!found) return object_rows::no_such_upload(id);
  return {};
}

Result<void> delete_upload_row(Connection& c, const std::string& id) {
  return c.prepare("DELETE FROM uploads WHERE id = ?1").bind(1, std::string_view(id)).run();
}

}  // namespace

Result<std::vector<SegmentRow>> SqliteObjectIndex::list_segments(const std::string& owner,
                                                                 std::uint32_t after_number,
                                                                 std::size_t limit) const {
  std::vector<SegmentRow> segments;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    auto query = c.prepare(
        "SELECT number, blob, size, etag, checksum, modified FROM segments"
        " WHERE owner = ?1 AND number > ?2 ORDER BY number");
    query.bind(1, std::string_view(owner)).bind(2, std::int64_t{after_number});
    while (segments.size() < limit) {
      TUNESMITH_TRY(const bool row, query.step());
      if (!row) break;
      segments.push_back(object_rows::read_segment(query));
    }
    return {};
  }));
  return segments;
}

Result<void> SqliteObjectIndex::create_upload(const std::string& bucket, const UploadRow& upload) {
  return database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    auto insert = c.prepare("INSERT INTO uploads (bucket_id, " TUNESMITH_UPLOAD_COLUMNS
                            ") VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)");
    insert.bind(1, id)
        .bind(2, std::string_view(upload.id))
        .bind_blob(3, upload.key)
        .bind(4, to_millis(upload.initiated));
    if (upload.checksum_algorithm) {
      insert.bind(5, static_cast<std::int64_t>(*upload.checksum_algorithm));
    } else {
      insert.bind_null(5);
    }
    insert.bind(6, std::int64_t{upload.checksum_composite ? 1 : 0})
        .bind(7, std::string_view(upload.attributes.storage_class))
        .bind(8, std::string_view(attributes_to_text(upload.attributes)))
        .bind(9, std::string_view(tags_to_text(upload.tags)));
    return insert.run();
  });
}

Result<UploadRow> SqliteObjectIndex::find_upload(const std::string& bucket, const std::string& key,
                                                 const std::string& id) const {
  UploadRow upload;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t bucket_id, object_rows::bucket_id(c, bucket));
    auto query = c.prepare("SELECT " TUNESMITH_UPLOAD_COLUMNS
                           " FROM uploads WHERE id = ?1 AND bucket_id = ?2 AND key = ?3");
    query.bind(1, std::string_view(id)).bind(2, bucket_id).bind_blob(3, key);
    TUNESMITH_TRY(const bool found, query.step());
    if (!found) return object_rows::no_such_upload(id);
    TUNESMITH_TRY(upload, object_rows::read_upload(query));
    return {};
  }));
  return upload;
}

Result<std::vector<Garbage>> SqliteObjectIndex::put_part(const std::string& upload_id,
                                                         const SegmentRow& part) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    {
      auto query = c.prepare("SELECT 1 FROM uploads WHERE id = ?1");
      query.bind(1, std::string_view(upload_id));
      TUNESMITH_TRY(const bool found, query.step());
      if (!found) return object_rows::no_such_upload(upload_id);
    }
    {
      auto query = c.prepare("SELECT blob FROM segments WHERE owner = ?1 AND number = ?2");
      query.bind(1, std::string_view(upload_id)).bind(2, std::int64_t{part.number});
      TUNESMITH_TRY(const bool replaces, query.step());
      if (replaces) garbage.push_back({upload_id, {query.text(0)}});
    }
    return object_rows::insert_segment(c, upload_id, part);
  }));
  return garbage;
}

Result<std::vector<Garbage>> SqliteObjectIndex::complete_upload(
    const std::string& bucket, const ObjectRow& row, const std::vector<SegmentRow>& parts,
    const PutCondition& condition) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t bucket_id, object_rows::bucket_id(c, bucket));
    TUNESMITH_TRY_VOID(check_upload(c, bucket_id, row.key, row.version));
    Garbage unused{row.version, {}};
    std::vector<std::int64_t> unused_numbers;
    std::size_t matched = 0;
    {
      auto query = c.prepare("SELECT number, blob FROM segments WHERE owner = ?1 ORDER BY number");
      query.bind(1, std::string_view(row.version));
      for (;;) {
        TUNESMITH_TRY(const bool has_row, query.step());
        if (!has_row) break;
        if (matched < parts.size() && query.integer(0) == parts[matched].number &&
            query.text(1) == parts[matched].blob) {
          ++matched;
        } else {
          unused_numbers.push_back(query.integer(0));
          unused.blobs.push_back(query.text(1));
        }
      }
    }
    if (matched != parts.size()) {
      return Error(ErrorKind::kConflict, "a part of upload " + row.version + " was replaced",
                   reason::kPartsChanged);
    }
    for (const std::int64_t number : unused_numbers) {
      TUNESMITH_TRY_VOID(c.prepare("DELETE FROM segments WHERE owner = ?1 AND number = ?2")
                             .bind(1, std::string_view(row.version))
                             .bind(2, number)
                             .run());
    }
    if (!unused.blobs.empty()) garbage.push_back(std::move(unused));
    TUNESMITH_TRY_VOID(object_rows::put_row(c, bucket_id, row, condition, garbage));
    return delete_upload_row(c, row.version);
  }));
  return garbage;
}

Result<std::vector<Garbage>> SqliteObjectIndex::abort_upload(const std::string& bucket,
                                                             const std::string& key,
                                                             const std::string& id) {
  std::vector<Garbage> garbage;
  TUNESMITH_TRY_VOID(database_.write([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t bucket_id, object_rows::bucket_id(c, bucket));
    TUNESMITH_TRY_VOID(check_upload(c, bucket_id, key, id));
    TUNESMITH_TRY(Garbage dropped, object_rows::drop_blobs(c, id, 1));
    garbage.push_back(std::move(dropped));
    return delete_upload_row(c, id);
  }));
  return garbage;
}

}  // namespace tunesmith::store
