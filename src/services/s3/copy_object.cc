// SPDX-License-Identifier: Apache-2.0
#include "services/s3/copy_source.h"

namespace tunesmith::services::s3 {
namespace {

/// Whether a directive says REPLACE; it must be that or COPY.
aws::Outcome<bool> replaces(const std::optional<std::string>& directive, std::string_view what,
                            std::string_view header) {
  if (!directive || *directive == "COPY") return false;
  if (*directive == "REPLACE") return true;
  return invalid_argument("Unknown " + std::string(what) + " directive.", header, *directive);
}

}  // namespace

Answer<api::CopyObject> copy_object(const Call& call, const api::CopyObjectRequest& input) {
  const Subject subject{input.bucket, input.key};
  TUNESMITH_TRY_VOID(refuse_unsupported(input));
  TUNESMITH_TRY(const bool new_metadata,
                replaces(input.metadata_directive, "metadata", "x-amz-metadata-directive"));
  TUNESMITH_TRY(const bool new_tags,
                replaces(input.tagging_directive, "tagging", "x-amz-tagging-directive"));
  objects::CopyRequest request;
  TUNESMITH_TRY(request.condition, put_condition(input.if_match, input.if_none_match));
  TUNESMITH_TRY(request.checksum, to_algorithm(input.checksum_algorithm));
  // Class and redirect are never taken over from the source.
  TUNESMITH_TRY(const objects::ObjectAttributes given, to_attributes(input));
  TUNESMITH_TRY(const objects::Tags tags, parse_tagging(input.tagging));
  TUNESMITH_TRY(const auto source, open_copy_source(call, input));

  const objects::ObjectInfo& info = source->info();
  request.attributes = new_metadata ? given : info.attributes;
  request.attributes.storage_class = given.storage_class;
  request.attributes.website_redirect_location = given.website_redirect_location;
  request.tags = new_tags ? tags : info.tags;

  TUNESMITH_TRY(const CopySource from, parse_copy_source(input.copy_source));
  // Tags that come along are read from the source and written with the copy.
  if (!new_tags && !info.tags.empty()) {
    TUNESMITH_TRY_VOID(
        aws::authorize(call.context, "s3:GetObjectTagging", object_arn(from.bucket, from.key)));
    TUNESMITH_TRY_VOID(
        aws::authorize(call.context, "s3:PutObjectTagging", object_arn(input.bucket, input.key)));
  }
  const bool onto_itself = from.bucket == input.bucket && from.key == input.key;
  if (onto_itself && !new_metadata && !input.storage_class && !input.website_redirect_location &&
      !input.server_side_encryption) {
    return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without "
        "changing the object's metadata, storage class, website redirect location or encryption "
        "attributes.");
  }
  auto copied = outcome(call.store.copy(*source, input.bucket, input.key, request), subject);
  if (!copied) return with_condition(std::move(copied.error()), request.condition);

  api::CopyObjectOutput output;
  auto& result = output.copy_object_result.emplace();
  result.etag = quote_etag(copied->etag);
  result.last_modified = copied->modified;
  if (copied->checksum) set_checksum(result, *copied->checksum, copied->part_count);
  return output;
}

}  // namespace tunesmith::services::s3
