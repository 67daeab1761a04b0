// SPDX-License-Identifier: Apache-2.0
//
// The object store's tables, a step of the schema (migrations.cc). Keys are blobs, since S3 orders
// them by their bytes and any byte may occur. An object's bytes lie in the blob named by its
// version or, if part_count is not 0, in the blobs of the segments that its version owns.
#pragma once

namespace tunesmith::store {

inline constexpr const char* kObjectsSchema = R"sql(
CREATE TABLE buckets (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  created INTEGER NOT NULL
);
CREATE TABLE objects (
  bucket_id INTEGER NOT NULL REFERENCES buckets (id),
  key BLOB NOT NULL,
  version TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified INTEGER NOT NULL,
  part_count INTEGER NOT NULL,
  checksum_algorithm INTEGER,
  checksum_composite INTEGER NOT NULL DEFAULT 0,
  checksum BLOB,
  storage_class TEXT NOT NULL DEFAULT '',
  attributes TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (bucket_id, key)
) WITHOUT ROWID;
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  bucket_id INTEGER NOT NULL REFERENCES buckets (id),
  key BLOB NOT NULL,
  initiated INTEGER NOT NULL,
  checksum_algorithm INTEGER,
  checksum_composite INTEGER NOT NULL DEFAULT 0,
  storage_class TEXT NOT NULL DEFAULT '',
  attributes TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX uploads_by_key ON uploads (bucket_id, key, id);
CREATE TABLE segments (
  owner TEXT NOT NULL,
  number INTEGER NOT NULL,
  blob TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  checksum BLOB NOT NULL,
  modified INTEGER NOT NULL,
  PRIMARY KEY (owner, number)
) WITHOUT ROWID;
)sql";

}  // namespace tunesmith::store
