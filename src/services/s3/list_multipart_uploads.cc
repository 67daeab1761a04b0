// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

namespace tunesmith::services::s3 {

Answer<api::ListMultipartUploads> list_multipart_uploads(
    const Call& call, const api::ListMultipartUploadsRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const bool url, wants_url_encoding(input.encoding_type));
  objects::UploadQuery query;
  query.prefix = input.prefix.value_or("");
  query.delimiter = input.delimiter.value_or("");
  query.key_after = input.key_marker.value_or("");
  // Without a key marker it means nothing.
  if (!query.key_after.empty()) query.id_after = input.upload_id_marker.value_or("");
  TUNESMITH_TRY(query.limit, page_size(input.max_uploads, "max-uploads"));
  TUNESMITH_TRY(const auto page,
                outcome(call.store.list_uploads(input.bucket, query), {input.bucket}));
  api::ListMultipartUploadsOutput output;
  output.bucket = input.bucket;
  output.key_marker = encode_name(query.key_after, url);
  output.upload_id_marker = query.id_after;
  output.prefix = encode_name(query.prefix, url);
  if (!query.delimiter.empty()) output.delimiter = encode_name(query.delimiter, url);
  if (url) output.encoding_type = "url";
  output.max_uploads = static_cast<std::int32_t>(query.limit);
  output.is_truncated = page.truncated;
  if (page.truncated) {
    output.next_key_marker = encode_name(page.last_key, url);
    output.next_upload_id_marker = page.last_id;
  }
  const std::string owner = owner_id(call.context.identity.account);
  for (const objects::UploadInfo& upload : page.uploads) {
    if (!output.uploads) output.uploads.emplace();
    api::MultipartUpload& listed = output.uploads->emplace_back();
    listed.upload_id = upload.id;
    listed.key = encode_name(upload.key, url);
    listed.initiated = upload.initiated;
    listed.storage_class = storage_class_name(upload.attributes);
    listed.owner.emplace().id = owner;
    listed.initiator.emplace().id = owner;
    if (upload.checksum_algorithm) {
      listed.checksum_algorithm = objects::to_string(*upload.checksum_algorithm);
      listed.checksum_type = checksum_type_name(upload.checksum_composite);
    }
  }
  output.common_prefixes = list_groups(page.groups, url);
  return output;
}

}  // namespace tunesmith::services::s3
