// SPDX-License-Identifier: Apache-2.0
//
// An object store with the semantics of Amazon S3, without its wire. Used by services/s3, and by
// training for channels and artifacts. Thread safe; what a call has acknowledged survives power
// loss. A reader sees one version of an object from beginning to end, whatever happens to the key
// meanwhile.
//
// A put has two steps: stage() takes the bytes in and digests them, so that the caller can compare
// the digests with what it was promised; put() or put_part() then makes them durable and gives them
// a name. Errors carry a reason of objects/reasons.h.
#pragma once

#include "base/files.h"
#include "base/result.h"
#include "objects/byte_source.h"
#include "objects/checksum.h"
#include "store/object_index.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tunesmith::objects {

using BucketInfo = store::BucketRow;
using ObjectAttributes = store::ObjectAttributes;
using ObjectInfo = store::ObjectRow;
using PartInfo = store::SegmentRow;
using Tags = store::Tags;
using UploadInfo = store::UploadRow;
using store::ListQuery;
using store::ObjectPage;
using store::PutCondition;
using store::UploadPage;
using store::UploadQuery;

/// Bytes that were taken in but have no name yet; given up when destroyed.
class StagedContent {
 public:
  virtual ~StagedContent() = default;
  std::uint64_t size = 0;
  std::string md5;                                     // raw
  std::map<ChecksumAlgorithm, std::string> checksums;  // raw, of those that were asked for
};

/// Part of a file, for sending without passing through memory.
struct FileSlice {
  FileDescriptor file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
using Content = std::variant<FileSlice, std::unique_ptr<ByteSource>>;
/// A source that reads `content` to its end.
std::unique_ptr<ByteSource> as_source(Content content);

/// One version of an object, held for reading. One thread at a time.
class OpenObject {
 public:
  virtual ~OpenObject() = default;
  const ObjectInfo& info() const { return info_; }
  /// The parts that it was made of, in order; empty when it was stored by one put.
  const std::vector<PartInfo>& parts() const { return parts_; }
  /// `offset` + `length` must not exceed the size. What is returned outlives this.
  virtual Result<Content> open(std::uint64_t offset, std::uint64_t length) const = 0;
  Result<Content> open() const { return open(0, info_.size); }
  /// The file that holds all of it, and nothing else, if there is one. It must not be written to,
  /// and may be deleted when this object is destroyed: open it, or link it, before.
  virtual std::optional<std::filesystem::path> local_file() const = 0;

 protected:
  ObjectInfo info_;
  std::vector<PartInfo> parts_;
};

struct PutRequest {
  ObjectAttributes attributes{};
  Tags tags{};
  std::optional<ChecksumAlgorithm> checksum{};  // which of the staged ones is kept
  PutCondition condition{};
};

struct CopyRequest {
  ObjectAttributes attributes{};
  Tags tags{};
  std::optional<ChecksumAlgorithm> checksum{};  // else that of the source
  PutCondition condition{};
};

struct UploadRequest {
  ObjectAttributes attributes{};
  Tags tags{};
  std::optional<ChecksumAlgorithm> checksum{};
  bool checksum_composite = false;
};

struct CompletedPart {
  std::uint32_t number = 0;
  std::string etag;                    // without quotes
  std::optional<Checksum> checksum{};  // when given, it must be the part's
};

struct CompleteRequest {
  std::vector<CompletedPart> parts{};
  std::optional<Checksum> checksum{};        // when given, it must be the object's
  std::optional<bool> checksum_composite{};  // when given, it must be the upload's
  std::optional<std::uint64_t> size{};
  PutCondition condition{};
};

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual Result<void> create_bucket(const std::string& name, const std::string& region) = 0;
  virtual Result<void> delete_bucket(const std::string& name) = 0;
  virtual Result<BucketInfo> head_bucket(const std::string& name) const = 0;
  virtual Result<std::vector<BucketInfo>> list_buckets(const std::string& prefix,
                                                       const std::string& after,
                                                       std::size_t limit) const = 0;

  /// Reads `content` to its end. Fails, and keeps nothing, when reading fails, at more than `limit`
  /// bytes (too_large), or when it is not `size` bytes long (size_mismatch).
  virtual Result<std::unique_ptr<StagedContent>> stage(
      ByteSource& content, const std::vector<ChecksumAlgorithm>& checksums,
      std::optional<std::uint64_t> size = std::nullopt) = 0;
  virtual Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                                 std::unique_ptr<StagedContent> content,
                                 const PutRequest& request) = 0;
  virtual Result<ObjectInfo> head(const std::string& bucket, const std::string& key) const = 0;
  virtual Result<std::unique_ptr<OpenObject>> get(const std::string& bucket,
                                                  const std::string& key) const = 0;
  /// Removing what is not there succeeds, unless `must_have` (an ETag, or "*") asks for it.
  virtual Result<void> remove(const std::string& bucket, const std::string& key,
                              const std::optional<std::string>& must_have = std::nullopt) = 0;
  virtual Result<void> remove_many(const std::string& bucket,
                                   const std::vector<std::string>& keys) = 0;
  /// Takes no longer for a large object, unless a checksum must be computed.
  virtual Result<ObjectInfo> copy(const OpenObject& source, const std::string& bucket,
                                  const std::string& key, const CopyRequest& request) = 0;
  virtual Result<ObjectPage> list(const std::string& bucket, const ListQuery& query) const = 0;
  virtual Result<void> set_tags(const std::string& bucket, const std::string& key,
                                const Tags& tags) = 0;
  /// Of a completed multipart object; those after `after_number`.
  virtual Result<std::vector<PartInfo>> list_object_parts(const ObjectInfo& object,
                                                          std::uint32_t after_number,
                                                          std::size_t limit) const = 0;

  /// The id of a new upload.
  virtual Result<std::string> create_upload(const std::string& bucket, const std::string& key,
                                            const UploadRequest& request) = 0;
  virtual Result<UploadInfo> head_upload(const std::string& bucket, const std::string& key,
                                         const std::string& id) const = 0;
  /// `content` must have been staged with part_checksum() of the upload among its checksums.
  virtual Result<PartInfo> put_part(const UploadInfo& upload, std::uint32_t number,
                                    std::unique_ptr<StagedContent> content) = 0;
  /// Takes time by the number of parts, not by their sizes. Repeating it after it has succeeded
  /// succeeds.
  virtual Result<ObjectInfo> complete_upload(const std::string& bucket, const std::string& key,
                                             const std::string& id,
                                             const CompleteRequest& request) = 0;
  virtual Result<void> abort_upload(const std::string& bucket, const std::string& key,
                                    const std::string& id) = 0;
  virtual Result<std::vector<PartInfo>> list_parts(const UploadInfo& upload,
                                                   std::uint32_t after_number,
                                                   std::size_t limit) const = 0;
  virtual Result<UploadPage> list_uploads(const std::string& bucket,
                                          const UploadQuery& query) const = 0;
};

/// The algorithm of a new upload's part checksums: the one asked for, else CRC64NVME, as S3 does.
inline ChecksumAlgorithm part_checksum(const UploadInfo& upload) {
  return upload.checksum_algorithm.value_or(ChecksumAlgorithm::kCrc64Nvme);
}

}  // namespace tunesmith::objects
