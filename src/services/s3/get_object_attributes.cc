// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

#include <algorithm>

namespace tunesmith::services::s3 {
namespace {

/// The parts of a completed multipart object, a page of them.
aws::Outcome<api::GetObjectAttributesParts> describe_parts(
    const Call& call, const api::GetObjectAttributesRequest& input,
    const objects::ObjectInfo& info) {
  TUNESMITH_TRY(const std::size_t limit, page_size(input.max_parts, "max-parts"));
  const std::int32_t marker = std::max(input.part_number_marker.value_or(0), 0);
  TUNESMITH_TRY(auto parts, outcome(call.store.list_object_parts(
                                        info, static_cast<std::uint32_t>(marker), limit + 1),
                                    {input.bucket, input.key}));
  api::GetObjectAttributesParts described;
  described.total_parts_count = static_cast<std::int32_t>(info.part_count);
  described.part_number_marker = marker;
  described.max_parts = static_cast<std::int32_t>(limit);
  described.is_truncated = parts.size() > limit;
  if (*described.is_truncated) parts.resize(limit);
  described.next_part_number_marker =
      parts.empty() ? marker : static_cast<std::int32_t>(parts.back().number);
  for (const auto& part : parts) {
    api::ObjectPart& listed = described.parts ? described.parts->emplace_back()
                                              : described.parts.emplace().emplace_back();
    listed.part_number = static_cast<std::int32_t>(part.number);
    listed.size = static_cast<std::int64_t>(part.size);
    if (info.checksum) {
      checksum_member(listed, info.checksum->algorithm) =
          checksum_text({info.checksum->algorithm, false, part.checksum}, 0);
    }
  }
  return described;
}

}  // namespace

Answer<api::GetObjectAttributes> get_object_attributes(
    const Call& call, const api::GetObjectAttributesRequest& input) {
  const Subject subject{input.bucket, input.key};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  TUNESMITH_TRY(const auto info, outcome(call.store.head(input.bucket, input.key), subject));
  api::GetObjectAttributesOutput output;
  output.last_modified = info.modified;
  for (const std::string& attribute : input.object_attributes) {
    if (attribute == "ETag") {
      output.etag = info.etag;  // here, and only here, without quotes
    } else if (attribute == "Checksum") {
      if (info.checksum) set_checksum(output.checksum.emplace(), *info.checksum, info.part_count);
    } else if (attribute == "ObjectParts") {
      if (info.part_count == 0) continue;
      TUNESMITH_TRY(output.object_parts, describe_parts(call, input, info));
    } else if (attribute == "StorageClass") {
      output.storage_class = storage_class_name(info.attributes);
    } else if (attribute == "ObjectSize") {
      output.object_size = static_cast<std::int64_t>(info.size);
    } else {
      return invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes",
                              attribute);
    }
  }
  return output;
}

}  // namespace tunesmith::services::s3
