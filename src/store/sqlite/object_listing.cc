// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/object_rows.h"
#include "store/sqlite/object_tables.h"

#include <algorithm>

namespace tunesmith::store {
namespace {

using object_rows::after_all_with_prefix;

// Greater than every key: keys are UTF-8, in which this byte does not occur.
constexpr std::string_view kEnd = "\xff";

/// The rolled-up prefix that `key` belongs to; empty when it is listed itself.
std::string group_of(std::string_view key, std::size_t prefix_size, std::string_view delimiter) {
  if (delimiter.empty()) return {};
  const auto at = key.find(delimiter, prefix_size);
  return at == std::string_view::npos ? std::string()
                                      : std::string(key.substr(0, at + delimiter.size()));
}

std::string end_of(const std::string& prefix) {
  std::string end = after_all_with_prefix(prefix);
  return end.empty() ? std::string(kEnd) : end;
}

}  // namespace

Result<ObjectPage> SqliteObjectIndex::list_objects(const std::string& bucket,
                                                   const ListQuery& query) const {
  ObjectPage page;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t id, object_rows::bucket_id(c, bucket));
    if (query.limit == 0) return {};
    const std::string end = end_of(query.prefix);
    std::string from = query.prefix;
    if (!query.after.empty()) {
      // The string that follows `after` directly is `after` with a zero byte.
      std::string next =
          query.after_is_group ? end_of(query.after) : query.after + std::string(1, '\0');
      from = std::max(from, next);
    }
    bool seek = true;
    while (seek && from < end) {
      seek = false;
      auto rows =
          c.prepare("SELECT " TUNESMITH_OBJECT_SUMMARY
                    " FROM objects WHERE bucket_id = ?1 AND key >= ?2 AND key < ?3 ORDER BY key");
      rows.bind(1, id).bind_blob(2, from).bind_blob(3, end);
      for (;;) {
        TUNESMITH_TRY(const bool row, rows.step());
        if (!row) break;
        if (page.objects.size() + page.groups.size() == query.limit) {
          page.truncated = true;
          return {};
        }
        ObjectRow object = object_rows::read_summary(rows);
        std::string group = group_of(object.key, query.prefix.size(), query.delimiter);
        page.last_is_group = !group.empty();
        if (group.empty()) {
          page.last = object.key;
          page.objects.push_back(std::move(object));
          continue;
        }
        page.last = group;
        from = end_of(group);
        page.groups.push_back(std::move(group));
        seek = true;
        break;
      }
    }
    return {};
  }));
  return page;
}

Result<UploadPage> SqliteObjectIndex::list_uploads(const std::string& bucket,
                                                   const UploadQuery& query) const {
  // Greater than every upload id, which are hexadecimal.
  constexpr std::string_view kAfterAllIds = "~";
  UploadPage page;
  TUNESMITH_TRY_VOID(database_.read([&](Connection& c) -> Result<void> {
    TUNESMITH_TRY(const std::int64_t bucket_id, object_rows::bucket_id(c, bucket));
    if (query.limit == 0) return {};
    const std::string end = end_of(query.prefix);
    std::string key_from = query.prefix;
    std::string id_from;
    if (!query.key_after.empty() && query.key_after >= query.prefix) {
      key_from = query.key_after;
      id_from = query.id_after.empty() ? std::string(kAfterAllIds) : query.id_after;
      if (group_of(key_from, query.prefix.size(), query.delimiter) == key_from) {
        key_from = end_of(key_from);
        id_from.clear();
      }
    }
    bool seek = true;
    while (seek && key_from < end) {
      seek = false;
      auto rows =
          c.prepare("SELECT " TUNESMITH_UPLOAD_SUMMARY
                    " FROM uploads WHERE bucket_id = ?1 AND (key, id) > (?2, ?3) AND key < ?4"
                    " ORDER BY key, id");
      rows.bind(1, bucket_id)
          .bind_blob(2, key_from)
          .bind(3, std::string_view(id_from))
          .bind_blob(4, end);
      for (;;) {
        TUNESMITH_TRY(const bool row, rows.step());
        if (!row) break;
        if (page.uploads.size() + page.groups.size() == query.limit) {
          page.truncated = true;
          return {};
        }
        UploadRow upload = object_rows::read_upload_summary(rows);
        std::string group = group_of(upload.key, query.prefix.size(), query.delimiter);
        if (group.empty()) {
          page.last_key = upload.key;
          page.last_id = upload.id;
          page.uploads.push_back(std::move(upload));
          continue;
        }
        page.last_key = group;
        page.last_id.clear();
        key_from = end_of(group);
        id_from.clear();
        page.groups.push_back(std::move(group));
        seek = true;
        break;
      }
    }
    return {};
  }));
  return page;
}

}  // namespace tunesmith::store
