// SPDX-License-Identifier: Apache-2.0
//
// The metadata of the object store: buckets, objects, multipart uploads and the blob files that
// each object's bytes lie in. Rows only; the bytes are `objects`' business. A row is written after
// its blobs are durable, and a blob is deleted after its row is gone: calls that drop rows return
// the blobs that nothing refers to any longer. Thread safe; a call that changes something returns
// when it is durable.
//
// Failures carry one of the reasons below in Error::reason.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::store {

namespace reason {
inline constexpr std::string_view kNoSuchBucket = "no_such_bucket";
inline constexpr std::string_view kNoSuchKey = "no_such_key";
inline constexpr std::string_view kNoSuchUpload = "no_such_upload";
inline constexpr std::string_view kBucketExists = "bucket_exists";
inline constexpr std::string_view kBucketNotEmpty = "bucket_not_empty";
inline constexpr std::string_view kPrecondition = "precondition_failed";
inline constexpr std::string_view kPartsChanged = "parts_changed";
}  // namespace reason

using Tags = std::vector<std::pair<std::string, std::string>>;

enum class ChecksumAlgorithm { kCrc32 = 1, kCrc32c = 2, kCrc64Nvme = 3, kSha1 = 4, kSha256 = 5 };

struct Checksum {
  ChecksumAlgorithm algorithm = ChecksumAlgorithm::kCrc32;
  bool composite = false;  // of the parts' checksums, not of the bytes
  std::string value;       // raw bytes, big-endian

  bool operator==(const Checksum&) const = default;
};

struct BucketRow {
  std::string name;
  std::string region;
  Timestamp created;
};

/// What a client says about an object's content and gets back with it. Empty: not given.
struct ObjectAttributes {
  std::string content_type;
  std::string content_encoding;
  std::string content_disposition;
  std::string content_language;
  std::string cache_control;
  std::string expires;  // as sent
  std::string website_redirect_location;
  std::string storage_class;                         // empty: STANDARD
  std::map<std::string, std::string> user_metadata;  // names in lower case, without x-amz-meta-

  bool operator==(const ObjectAttributes&) const = default;
};

struct ObjectRow {
  std::string key;
  // Names the blob, if part_count is 0; else the segments' owner. New with each put.
  std::string version;
  std::uint64_t size = 0;
  std::string etag;  // without quotes
  Timestamp modified;
  std::uint32_t part_count = 0;  // 0: stored by one put
  std::optional<Checksum> checksum;
  ObjectAttributes attributes;
  Tags tags;
};

/// A part of a multipart upload or of the object that was completed from it.
struct SegmentRow {
  std::uint32_t number = 0;  // 1 to 10,000
  std::string blob;
  std::uint64_t size = 0;
  std::string etag;
  std::string checksum;  // raw; of the upload's algorithm; may be empty
  Timestamp modified;
};

struct UploadRow {
  std::string id;
  std::string key;
  Timestamp initiated;
  // The algorithm that the client asked for, and whether the object's checksum will be a composite
  // one.
  std::optional<ChecksumAlgorithm> checksum_algorithm;
  bool checksum_composite = false;
  ObjectAttributes attributes;
  Tags tags;
};

/// Blobs that no row names any longer. Readers that hold `version` may still need them.
struct Garbage {
  std::string version;
  std::vector<std::string> blobs;
};

/// What must hold of the object that is there when a new one is put.
struct PutCondition {
  bool must_be_absent = false;           // If-None-Match: *
  std::optional<std::string> must_have;  // If-Match: an ETag without quotes, or "*"
};

struct ListQuery {
  std::string prefix;
  std::string delimiter;  // keys that contain it after the prefix are rolled up to it
  std::string after;      // only keys greater than this
  // `after` is a rolled-up prefix that was listed already: keys that begin with it are left out
  // too.
  bool after_is_group = false;
  std::size_t limit = 1000;
};

struct ObjectPage {
  std::vector<ObjectRow> objects;   // without attributes and tags
  std::vector<std::string> groups;  // common prefixes
  bool truncated = false;
  // Where the next page begins: ListQuery::after and after_is_group.
  std::string last;
  bool last_is_group = false;
};

struct UploadQuery {
  std::string prefix;
  std::string delimiter;
  std::string
      key_after;  // only keys greater than this, or equal to it with an id greater than id_after
  std::string id_after;
  std::size_t limit = 1000;
};

struct UploadPage {
  std::vector<UploadRow> uploads;  // without attributes and tags
  std::vector<std::string> groups;
  bool truncated = false;
  std::string last_key;
  std::string last_id;
};

class ObjectIndex {
 public:
  virtual ~ObjectIndex() = default;

  virtual Result<void> create_bucket(const BucketRow& bucket) = 0;
  virtual Result<BucketRow> find_bucket(const std::string& name) const = 0;
  /// Refused while it holds objects; its unfinished uploads go with it.
  virtual Result<std::vector<Garbage>> delete_bucket(const std::string& name) = 0;
  /// In order of names, those that begin with `prefix` and come after `after`.
  virtual Result<std::vector<BucketRow>> list_buckets(const std::string& prefix,
                                                      const std::string& after,
                                                      std::size_t limit) const = 0;

  virtual Result<std::vector<Garbage>> put_object(const std::string& bucket, const ObjectRow& row,
                                                  const PutCondition& condition) = 0;
  /// The same, with an object of several blobs whose segments are written along.
  virtual Result<std::vector<Garbage>> put_segmented_object(const std::string& bucket,
                                                            const ObjectRow& row,
                                                            const std::vector<SegmentRow>& segments,
                                                            const PutCondition& condition) = 0;
  virtual Result<ObjectRow> find_object(const std::string& bucket,
                                        const std::string& key) const = 0;
  /// Removes those of `keys` that exist, in one step. With `must_have`, each must have that ETag.
  virtual Result<std::vector<Garbage>> delete_objects(
      const std::string& bucket, const std::vector<std::string>& keys,
      const std::optional<std::string>& must_have) = 0;
  virtual Result<void> set_object_tags(const std::string& bucket, const std::string& key,
                                       const Tags& tags) = 0;
  virtual Result<ObjectPage> list_objects(const std::string& bucket,
                                          const ListQuery& query) const = 0;
  /// Segments of an upload or a completed object, by number, those after `after_number`.
  virtual Result<std::vector<SegmentRow>> list_segments(const std::string& owner,
                                                        std::uint32_t after_number,
                                                        std::size_t limit) const = 0;

  virtual Result<void> create_upload(const std::string& bucket, const UploadRow& upload) = 0;
  virtual Result<UploadRow> find_upload(const std::string& bucket, const std::string& key,
                                        const std::string& id) const = 0;
  virtual Result<UploadPage> list_uploads(const std::string& bucket,
                                          const UploadQuery& query) const = 0;
  /// Replaces a part of the same number.
  virtual Result<std::vector<Garbage>> put_part(const std::string& upload_id,
                                                const SegmentRow& part) = 0;
  /// Makes the upload's parts `parts`, and no others, the object `row` (whose version is the
  /// upload's id). kConflict, parts_changed, when one of them is not what it was.
  virtual Result<std::vector<Garbage>> complete_upload(const std::string& bucket,
                                                       const ObjectRow& row,
                                                       const std::vector<SegmentRow>& parts,
                                                       const PutCondition& condition) = 0;
  virtual Result<std::vector<Garbage>> abort_upload(const std::string& bucket,
                                                    const std::string& key,
                                                    const std::string& id) = 0;

  /// Every blob that a row names.
  virtual Result<void> for_each_blob(const std::function<void(std::string_view)>& visit) const = 0;
};

}  // namespace tunesmith::store
