// SPDX-License-Identifier: Apache-2.0
#include "objects/filesystem_object_store.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/strings.h"
#include "objects/blob_content.h"
#include "objects/names.h"
#include "objects/reasons.h"

#include <algorithm>

namespace tunesmith::objects {
namespace {

constexpr std::size_t kBufferSize = std::size_t{256} << 10U;

Error corrupt(const std::string& bucket, const std::string& key) {
  return {ErrorKind::kCorrupt, "bytes of object " + bucket + "/" + key + " are missing"};
}

}  // namespace

Result<std::unique_ptr<FilesystemObjectStore>> FilesystemObjectStore::open(
    const std::filesystem::path& folder, store::ObjectIndex& index, const Clock& clock,
    FilesystemStoreOptions options) {
  TUNESMITH_TRY(auto blobs, BlobFiles::open(folder));
  std::unique_ptr<FilesystemObjectStore> store(
      new FilesystemObjectStore(std::move(blobs), index, clock, options));
  if (options.sweep_at_start) {
    store->sweeper_ = std::jthread([&self = *store](const std::stop_token& stop) {
      const auto swept = self.sweep_orphans(stop);
      if (!swept) log::warning("objects: sweep: {}", swept.error().message);
    });
  }
  return store;
}

Result<BlobFiles::Swept> FilesystemObjectStore::sweep_orphans(const std::stop_token& stop) {
  TUNESMITH_TRY(
      const auto swept,
      blobs_->sweep([&](const auto& visit) { return index_.for_each_blob(visit); }, stop));
  if (swept.files > 0) {
    log::info("objects: removed {} orphaned files of {} bytes", swept.files, swept.bytes);
  }
  return swept;
}

Result<void> FilesystemObjectStore::create_bucket(const std::string& name,
                                                  const std::string& region) {
  TUNESMITH_TRY_VOID(check_bucket_name(name));
  return index_.create_bucket({name, region, clock_.now()});
}

Result<void> FilesystemObjectStore::delete_bucket(const std::string& name) {
  TUNESMITH_TRY(const auto garbage, index_.delete_bucket(name));
  blobs_->remove(garbage);
  return {};
}

Result<BucketInfo> FilesystemObjectStore::head_bucket(const std::string& name) const {
  return index_.find_bucket(name);
}

Result<std::vector<BucketInfo>> FilesystemObjectStore::list_buckets(const std::string& prefix,
                                                                    const std::string& after,
                                                                    std::size_t limit) const {
  return index_.list_buckets(prefix, after, limit);
}

Result<std::unique_ptr<StagedContent>> FilesystemObjectStore::stage(
    ByteSource& content, const std::vector<ChecksumAlgorithm>& checksums,
    std::optional<std::uint64_t> size) {
  const auto too_large = [&](std::uint64_t seen) {
    return Error(ErrorKind::kLimitExceeded,
                 "content of " + std::to_string(seen) + " bytes; " +
                     std::to_string(options_.max_put) + " are allowed",
                 reason::kTooLarge);
  };
  if (size && *size > options_.max_put) return too_large(*size);
  TUNESMITH_TRY(auto writer, blobs_->create());
  Hasher md5(DigestAlgorithm::kMd5);
  std::vector<ChecksumHasher> hashers;
  for (const ChecksumAlgorithm algorithm : checksums) hashers.emplace_back(algorithm);
  std::string buffer(static_cast<std::size_t>(
                         std::clamp<std::uint64_t>(size.value_or(kBufferSize), 1, kBufferSize)),
                     '\0');
  for (;;) {
    // Filled up before it is digested and written: a network delivers in small pieces.
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      TUNESMITH_TRY(const std::size_t n,
                    content.read(std::span(buffer.data() + filled, buffer.size() - filled)));
      if (n == 0) break;
      filled += n;
    }
    if (filled == 0) break;
    const std::string_view bytes(buffer.data(), filled);
    if (writer->size() + filled > options_.max_put) return too_large(writer->size() + filled);
    md5.update(bytes);
    for (ChecksumHasher& hasher : hashers) hasher.update(bytes);
    TUNESMITH_TRY_VOID(writer->append(bytes));
  }
  if (size && writer->size() != *size) {
    return Error(ErrorKind::kInvalid,
                 "content of " + std::to_string(writer->size()) + " bytes; " +
                     std::to_string(*size) + " were announced",
                 reason::kSizeMismatch);
  }
  auto staged = std::make_unique<StagedBlob>(std::move(writer));
  staged->size = staged->writer->size();
  staged->md5 = md5.finish();
  for (ChecksumHasher& hasher : hashers) {
    const ChecksumAlgorithm algorithm = hasher.algorithm();
    staged->checksums[algorithm] = hasher.finish();
  }
  return std::unique_ptr<StagedContent>(std::move(staged));
}

Result<ObjectInfo> FilesystemObjectStore::put(const std::string& bucket, const std::string& key,
                                              std::unique_ptr<StagedContent> content,
                                              const PutRequest& request) {
  TUNESMITH_TRY_VOID(check_key(key));
  auto& staged = static_cast<StagedBlob&>(*content);
  ObjectInfo info;
  info.key = key;
  info.version = staged.writer->id();
  info.size = staged.size;
  info.etag = to_hex(staged.md5);
  info.attributes = request.attributes;
  info.tags = request.tags;
  if (request.checksum) {
    const auto found = staged.checksums.find(*request.checksum);
    if (found != staged.checksums.end()) {
      info.checksum = Checksum{*request.checksum, false, found->second};
    }
  }
  TUNESMITH_TRY_VOID(staged.writer->publish());
  info.modified = clock_.now();
  auto garbage = index_.put_object(bucket, info, request.condition);
  if (!garbage) {
    // No row came to be for this blob; or, if the commit's outcome is not known, a sweep will tell.
    if (garbage.error().kind != ErrorKind::kInternal) {
      blobs_->remove({{info.version, {info.version}}});
    }
    return garbage.error();
  }
  blobs_->remove(*garbage);
  return info;
}

Result<ObjectInfo> FilesystemObjectStore::head(const std::string& bucket,
                                               const std::string& key) const {
  TUNESMITH_TRY_VOID(check_key(key));
  return index_.find_object(bucket, key);
}

Result<std::unique_ptr<OpenObject>> FilesystemObjectStore::get(const std::string& bucket,
                                                               const std::string& key) const {
  TUNESMITH_TRY_VOID(check_key(key));
  // Between reading a row and opening its blob, the object may be replaced and the blob deleted:
  // then the row has changed, and it is read again.
  std::string missing;
  for (;;) {
    TUNESMITH_TRY(ObjectInfo info, index_.find_object(bucket, key));
    if (info.version == missing) return corrupt(bucket, key);
    missing = info.version;
    if (info.part_count == 0) {
      auto file = blobs_->open_blob(info.version);
      if (file) {
        return std::unique_ptr<OpenObject>(
            std::make_unique<OpenBlob>(std::move(info), *blobs_, std::move(*file)));
      }
      if (file.error().kind != ErrorKind::kNotFound) return file.error();
      continue;
    }
    auto pin = std::make_shared<const BlobFiles::Pin>(*blobs_, info.version);
    TUNESMITH_TRY(auto parts, index_.list_segments(info.version, 0, info.part_count));
    // Still the same after it was pinned: then whoever deletes its row sees the pin.
    TUNESMITH_TRY(const ObjectInfo again, index_.find_object(bucket, key));
    if (again.version != info.version) continue;
    if (parts.size() != info.part_count) return corrupt(bucket, key);
    return std::unique_ptr<OpenObject>(
        std::make_unique<OpenSegments>(std::move(info), std::move(parts), *blobs_, std::move(pin)));
  }
}

Result<void> FilesystemObjectStore::remove(const std::string& bucket, const std::string& key,
                                           const std::optional<std::string>& must_have) {
  TUNESMITH_TRY(const auto garbage, index_.delete_objects(bucket, {key}, must_have));
  blobs_->remove(garbage);
  return {};
}

Result<void> FilesystemObjectStore::remove_many(const std::string& bucket,
                                                const std::vector<std::string>& keys) {
  TUNESMITH_TRY(const auto garbage, index_.delete_objects(bucket, keys, std::nullopt));
  blobs_->remove(garbage);
  return {};
}

Result<ObjectPage> FilesystemObjectStore::list(const std::string& bucket,
                                               const ListQuery& query) const {
  return index_.list_objects(bucket, query);
}

Result<void> FilesystemObjectStore::set_tags(const std::string& bucket, const std::string& key,
                                             const Tags& tags) {
  return index_.set_object_tags(bucket, key, tags);
}

Result<std::vector<PartInfo>> FilesystemObjectStore::list_object_parts(const ObjectInfo& object,
                                                                       std::uint32_t after_number,
                                                                       std::size_t limit) const {
  if (object.part_count == 0) return std::vector<PartInfo>();
  return index_.list_segments(object.version, after_number, limit);
}

}  // namespace tunesmith::objects
