// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

#include <string>

namespace tunesmith::services::s3 {

Answer<api::ListParts> list_parts(const Call& call, const api::ListPartsRequest& input) {
  const Subject subject{input.bucket, input.key, input.upload_id};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const std::size_t limit, page_size(input.max_parts, "max-parts"));
  const std::int32_t marker = input.part_number_marker.value_or(0);
  if (marker < 0) {
    return invalid_argument(
        "Argument part-number-marker must be an integer between 0 and 2147483647",
        "part-number-marker", std::to_string(marker));
  }
  TUNESMITH_TRY(const auto upload,
                outcome(call.store.head_upload(input.bucket, input.key, input.upload_id), subject));
  TUNESMITH_TRY(auto parts, outcome(call.store.list_parts(
                                        upload, static_cast<std::uint32_t>(marker), limit + 1),
                                    subject));
  api::ListPartsOutput output;
  output.bucket = input.bucket;
  output.key = input.key;
  output.upload_id = input.upload_id;
  output.part_number_marker = marker;
  output.max_parts = static_cast<std::int32_t>(limit);
  output.is_truncated = parts.size() > limit;
  if (*output.is_truncated) parts.resize(limit);
  output.next_part_number_marker =
      parts.empty() ? marker : static_cast<std::int32_t>(parts.back().number);
  const std::string owner = owner_id(call.context.identity.account);
  output.owner.emplace().id = owner;
  output.initiator.emplace().id = owner;
  output.storage_class = storage_class_name(upload.attributes);
  if (upload.checksum_algorithm) {
    output.checksum_algorithm = objects::to_string(*upload.checksum_algorithm);
    output.checksum_type = checksum_type_name(upload.checksum_composite);
  }
  for (const objects::PartInfo& part : parts) {
    if (!output.parts) output.parts.emplace();
    api::Part& listed = output.parts->emplace_back();
    listed.part_number = static_cast<std::int32_t>(part.number);
    listed.last_modified = part.modified;
    listed.etag = quote_etag(part.etag);
    listed.size = static_cast<std::int64_t>(part.size);
    set_checksum(listed, {objects::part_checksum(upload), false, part.checksum}, 0);
  }
  return output;
}

}  // namespace tunesmith::services::s3
