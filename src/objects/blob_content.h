// SPDX-License-Identifier: Apache-2.0
//
// What FilesystemObjectStore hands in and out: content staged in a blob, and an object open for
// reading. Private to this folder.
#pragma once

#include "objects/blob_files.h"
#include "objects/object_store.h"

#include <memory>
#include <vector>

namespace tunesmith::objects {

class StagedBlob final : public StagedContent {
 public:
  explicit StagedBlob(std::unique_ptr<BlobWriter> w) : writer(std::move(w)) {}
  std::unique_ptr<BlobWriter> writer;
};

/// An object in one blob. Its descriptor keeps the bytes, even after the blob is deleted.
class OpenBlob final : public OpenObject {
 public:
  OpenBlob(ObjectInfo info, const BlobFiles& files, FileDescriptor file);
  Result<Content> open(std::uint64_t offset, std::uint64_t length) const override;
  std::optional<std::filesystem::path> local_file() const override;

 private:
  const BlobFiles& files_;
  FileDescriptor file_;
};

/// An object in several blobs, which it pins.
class OpenSegments final : public OpenObject {
 public:
  OpenSegments(ObjectInfo info, std::vector<PartInfo> parts, const BlobFiles& files,
               std::shared_ptr<const BlobFiles::Pin> pin);
  Result<Content> open(std::uint64_t offset, std::uint64_t length) const override;
  std::optional<std::filesystem::path> local_file() const override;

 private:
  const BlobFiles& files_;
  std::shared_ptr<const BlobFiles::Pin> pin_;
};

}  // namespace tunesmith::objects
