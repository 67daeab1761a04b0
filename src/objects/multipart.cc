// SPDX-License-Identifier: Apache-2.0
//
// FilesystemObjectStore's multipart uploads. A part is a blob; completing an upload checks the list
// of parts against the rows, and makes them an object without touching a byte of them.
#include "base/digest.h"
#include "base/strings.h"
#include "objects/blob_content.h"
#include "objects/filesystem_object_store.h"
#include "objects/names.h"
#include "objects/reasons.h"

#include <algorithm>

namespace tunesmith::objects {
namespace {

constexpr std::uint32_t kMaxParts = 10000;

Error invalid_part(std::uint32_t number) {
  return {ErrorKind::kInvalid,
          "part " + std::to_string(number) + " was not uploaded, or is not what the list says",
          reason::kInvalidPart};
}

Error bad_checksum(std::string_view what) {
  return {ErrorKind::kInvalid, std::string(what) + " is not what the request says",
          reason::kBadChecksum};
}

/// Whether the request speaks of the upload's checksum: a composite one that was asked for is made
/// of parts whose checksums the request repeats.
Result<void> check_checksums(const UploadInfo& upload, const CompleteRequest& request) {
  const auto type = [](bool composite) { return composite ? "COMPOSITE" : "FULL_OBJECT"; };
  if (request.checksum_composite && *request.checksum_composite != upload.checksum_composite) {
    return Error(ErrorKind::kInvalid,
                 std::string("The upload's checksum is ") + type(upload.checksum_composite) +
                     "; the request says " + type(*request.checksum_composite),
                 reason::kChecksumType);
  }
  if (!upload.checksum_composite) return {};
  for (const CompletedPart& part : request.parts) {
    if (part.checksum && part.checksum->algorithm == part_checksum(upload)) continue;
    return Error(ErrorKind::kInvalid,
                 "The upload's checksum is made of those of its parts (" +
                     std::string(to_string(part_checksum(upload))) +
                     "): the request lacks that of part " + std::to_string(part.number),
                 reason::kChecksumType);
  }
  return {};
}

/// Those of `uploaded` that `listed` names, in its order.
Result<std::vector<PartInfo>> select_parts(const std::vector<PartInfo>& uploaded,
                                           const std::vector<CompletedPart>& listed,
                                           ChecksumAlgorithm algorithm,
                                           const FilesystemStoreOptions& options) {
  if (listed.empty()) return Error(ErrorKind::kInvalid, "no parts are listed", reason::kNoParts);
  std::vector<PartInfo> parts;
  parts.reserve(listed.size());
  auto at = uploaded.begin();
  std::uint32_t previous = 0;
  std::uint64_t size = 0;
  for (const CompletedPart& wanted : listed) {
    if (wanted.number <= previous) {
      return Error(ErrorKind::kInvalid, "the parts are not listed in ascending order",
                   reason::kPartOrder);
    }
    previous = wanted.number;
    at = std::find_if(at, uploaded.end(),
                      [&](const PartInfo& part) { return part.number >= wanted.number; });
    if (at == uploaded.end() || at->number != wanted.number || at->etag != wanted.etag) {
      return invalid_part(wanted.number);
    }
    if (wanted.checksum && wanted.checksum->algorithm == algorithm &&
        wanted.checksum->value != at->checksum) {
      return invalid_part(wanted.number);
    }
    size += at->size;
    parts.push_back(*at);
  }
  if (size > options.max_object) {
    return Error(ErrorKind::kLimitExceeded,
                 "object of " + std::to_string(size) + " bytes; " +
                     std::to_string(options.max_object) + " are allowed",
                 reason::kTooLarge);
  }
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i].size < options.min_part) {
      return Error(ErrorKind::kInvalid,
                   "part " + std::to_string(parts[i].number) + " has " +
                       std::to_string(parts[i].size) + " bytes; at least " +
                       std::to_string(options.min_part) + " are needed",
                   reason::kPartTooSmall);
    }
  }
  return parts;
}

/// The MD5 of the parts' MD5s and their number, as S3 names an object made of parts.
std::string multipart_etag(const std::vector<PartInfo>& parts) {
  Hasher md5(DigestAlgorithm::kMd5);
  for (const PartInfo& part : parts) md5.update(from_hex(part.etag).value_or(""));
  return to_hex(md5.finish()) + "-" + std::to_string(parts.size());
}

Checksum object_checksum(const UploadInfo& upload, const std::vector<PartInfo>& parts) {
  std::vector<PartChecksum> checksums;
  checksums.reserve(parts.size());
  for (const PartInfo& part : parts) checksums.push_back({part.checksum, part.size});
  const ChecksumAlgorithm algorithm = part_checksum(upload);
  return {algorithm, upload.checksum_composite,
          upload.checksum_composite ? composite_checksum(algorithm, checksums)
                                    : full_object_checksum(algorithm, checksums)};
}

}  // namespace

Result<std::string> FilesystemObjectStore::create_upload(const std::string& bucket,
                                                         const std::string& key,
                                                         const UploadRequest& request) {
  TUNESMITH_TRY_VOID(check_key(key));
  UploadInfo upload;
  upload.id = blobs_->new_id();
  upload.key = key;
  upload.initiated = clock_.now();
  upload.checksum_algorithm = request.checksum;
  upload.checksum_composite = request.checksum_composite;
  upload.attributes = request.attributes;
  upload.tags = request.tags;
  const ChecksumAlgorithm algorithm = part_checksum(upload);
  if (request.checksum_composite ? !can_be_composite(algorithm) : !can_be_full_object(algorithm)) {
    return Error(ErrorKind::kInvalid,
                 std::string("a ") + (request.checksum_composite ? "composite" : "full object") +
                     " checksum can't be of type " + std::string(to_string(algorithm)),
                 reason::kChecksumType);
  }
  TUNESMITH_TRY_VOID(index_.create_upload(bucket, upload));
  return upload.id;
}

Result<UploadInfo> FilesystemObjectStore::head_upload(const std::string& bucket,
                                                      const std::string& key,
                                                      const std::string& id) const {
  return index_.find_upload(bucket, key, id);
}

Result<PartInfo> FilesystemObjectStore::put_part(const UploadInfo& upload, std::uint32_t number,
                                                 std::unique_ptr<StagedContent> content) {
  if (number < 1 || number > kMaxParts) {
    return Error(ErrorKind::kInvalid,
                 "part number " + std::to_string(number) + "; 1 to 10000 are allowed",
                 reason::kInvalidPartNumber);
  }
  auto& staged = static_cast<StagedBlob&>(*content);
  const auto checksum = staged.checksums.find(part_checksum(upload));
  TUNESMITH_CHECK(checksum != staged.checksums.end());
  PartInfo part;
  part.number = number;
  part.blob = staged.writer->id();
  part.size = staged.size;
  part.etag = to_hex(staged.md5);
  part.checksum = checksum->second;
  TUNESMITH_TRY_VOID(staged.writer->publish());
  part.modified = clock_.now();
  auto garbage = index_.put_part(upload.id, part);
  if (!garbage) {
    if (garbage.error().kind != ErrorKind::kInternal) {
      blobs_->remove({{upload.id, {part.blob}}});
    }
    return garbage.error();
  }
  blobs_->remove(*garbage);
  return part;
}

Result<ObjectInfo> FilesystemObjectStore::complete_upload(const std::string& bucket,
                                                          const std::string& key,
                                                          const std::string& id,
                                                          const CompleteRequest& request) {
  // A part may be replaced between reading the parts and committing; then the list is checked anew.
  for (int attempt = 0;; ++attempt) {
    auto upload = index_.find_upload(bucket, key, id);
    if (!upload) {
      // The answer to an earlier, successful attempt may have been lost on its way: the object is
      // this upload's own, so that no condition speaks against it.
      const auto object = index_.find_object(bucket, key);
      if (object && object->version == id) return *object;
      return upload.error();
    }
    TUNESMITH_TRY_VOID(check_checksums(*upload, request));
    TUNESMITH_TRY(const auto uploaded, index_.list_segments(id, 0, kMaxParts));
    TUNESMITH_TRY(const auto parts,
                  select_parts(uploaded, request.parts, part_checksum(*upload), options_));
    ObjectInfo info;
    info.key = key;
    info.version = id;
    for (const PartInfo& part : parts) info.size += part.size;
    if (request.size && *request.size != info.size) {
      return Error(ErrorKind::kInvalid,
                   "object of " + std::to_string(info.size) + " bytes; the request says " +
                       std::to_string(*request.size),
                   reason::kSizeMismatch);
    }
    info.etag = multipart_etag(parts);
    info.part_count = static_cast<std::uint32_t>(parts.size());
    info.checksum = object_checksum(*upload, parts);
    if (request.checksum && request.checksum->algorithm == info.checksum->algorithm &&
        request.checksum->composite == info.checksum->composite &&
        request.checksum->value != info.checksum->value) {
      return bad_checksum("the object's checksum");
    }
    info.attributes = upload->attributes;
    info.tags = upload->tags;
    info.modified = clock_.now();
    auto garbage = index_.complete_upload(bucket, info, parts, request.condition);
    if (garbage) {
      blobs_->remove(*garbage);
      return info;
    }
    if (garbage.error().reason != reason::kPartsChanged || attempt == 2) return garbage.error();
  }
}

Result<void> FilesystemObjectStore::abort_upload(const std::string& bucket, const std::string& key,
                                                 const std::string& id) {
  TUNESMITH_TRY(const auto garbage, index_.abort_upload(bucket, key, id));
  blobs_->remove(garbage);
  return {};
}

Result<std::vector<PartInfo>> FilesystemObjectStore::list_parts(const UploadInfo& upload,
                                                                std::uint32_t after_number,
                                                                std::size_t limit) const {
  return index_.list_segments(upload.id, after_number, limit);
}

Result<UploadPage> FilesystemObjectStore::list_uploads(const std::string& bucket,
                                                       const UploadQuery& query) const {
  return index_.list_uploads(bucket, query);
}

}  // namespace tunesmith::objects
