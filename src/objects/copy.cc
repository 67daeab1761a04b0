// SPDX-License-Identifier: Apache-2.0
//
// FilesystemObjectStore::copy: blobs are immutable, so a copy is a second name for each.
#include "objects/filesystem_object_store.h"
#include "objects/names.h"

namespace tunesmith::objects {
namespace {

Result<std::string> digest_content(const OpenObject& object, ChecksumAlgorithm algorithm) {
  TUNESMITH_TRY(Content content, object.open());
  const auto source = as_source(std::move(content));
  ChecksumHasher hasher(algorithm);
  std::string buffer(std::size_t{256} << 10U, '\0');
  for (;;) {
    TUNESMITH_TRY(const std::size_t n, source->read(buffer));
    if (n == 0) return hasher.finish();
    hasher.update(std::string_view(buffer.data(), n));
  }
}

}  // namespace

Result<ObjectInfo> FilesystemObjectStore::copy(const OpenObject& source, const std::string& bucket,
                                               const std::string& key, const CopyRequest& request) {
  TUNESMITH_TRY_VOID(check_key(key));
  ObjectInfo info = source.info();
  info.key = key;
  info.attributes = request.attributes;
  info.tags = request.tags;
  const auto kept = info.checksum;
  if (request.checksum && (!kept || kept->composite || kept->algorithm != *request.checksum)) {
    TUNESMITH_TRY(std::string value, digest_content(source, *request.checksum));
    info.checksum = Checksum{*request.checksum, false, std::move(value)};
  }
  store::Garbage linked;
  // A source that was replaced since it was opened may have lost its file: its bytes are still
  // there to read.
  const auto link_or_copy = [&](const std::string& blob, std::uint64_t offset,
                                std::uint64_t size) -> Result<std::string> {
    auto link = blobs_->link(blob);
    if (link || link.error().kind != ErrorKind::kNotFound) return link;
    TUNESMITH_TRY(Content content, source.open(offset, size));
    const auto bytes = as_source(std::move(content));
    TUNESMITH_TRY(const auto writer, blobs_->create());
    std::string buffer(std::size_t{256} << 10U, '\0');
    for (;;) {
      TUNESMITH_TRY(const std::size_t n, bytes->read(buffer));
      if (n == 0) break;
      TUNESMITH_TRY_VOID(writer->append(std::string_view(buffer.data(), n)));
    }
    TUNESMITH_TRY_VOID(writer->publish());
    return writer->id();
  };
  std::vector<PartInfo> parts = source.parts();
  Result<void> done;
  if (parts.empty()) {
    auto blob = link_or_copy(source.info().version, 0, info.size);
    if (!blob) return blob.error();
    info.version = *blob;
    linked.blobs.push_back(*blob);
  } else {
    info.version = blobs_->new_id();
    std::uint64_t offset = 0;
    for (PartInfo& part : parts) {
      auto blob = link_or_copy(part.blob, offset, part.size);
      if (!blob) {
        done = blob.error();
        break;
      }
      offset += part.size;
      part.blob = *blob;
      linked.blobs.push_back(std::move(*blob));
    }
  }
  linked.version = info.version;
  info.modified = clock_.now();
  if (done) {
    auto garbage = index_.put_segmented_object(bucket, info, parts, request.condition);
    if (garbage) {
      blobs_->remove(*garbage);
      return info;
    }
    done = garbage.error();
  }
  if (done.error().kind != ErrorKind::kInternal) blobs_->remove({linked});
  return done.error();
}

}  // namespace tunesmith::objects
