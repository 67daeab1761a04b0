// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "objects/reasons.h"
#include "services/s3/conditions.h"
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {
namespace {

aws::Outcome<std::vector<objects::CompletedPart>> listed_parts(
    const std::optional<api::CompletedMultipartUpload>& list) {
  if (!list || !list->parts || list->parts->empty()) return malformed_xml();
  if (list->parts->size() > 10000) return malformed_xml();
  std::vector<objects::CompletedPart> parts;
  parts.reserve(list->parts->size());
  for (const api::CompletedPart& part : *list->parts) {
    if (!part.part_number || !part.etag) return malformed_xml();
    if (*part.part_number < 1 || *part.part_number > 10000) {
      return invalid_argument("PartNumber must be >= 1", "partNumber",
                              std::to_string(*part.part_number));
    }
    objects::CompletedPart listed;
    listed.number = static_cast<std::uint32_t>(*part.part_number);
    listed.etag = unquote_etag(*part.etag);
    TUNESMITH_TRY(listed.checksum, stated_checksum(part));
    parts.push_back(std::move(listed));
  }
  return parts;
}

}  // namespace

Answer<api::CompleteMultipartUpload> complete_multipart_upload(
    const Call& call, const api::CompleteMultipartUploadRequest& input) {
  const Subject subject{input.bucket, input.key, input.upload_id};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  objects::CompleteRequest request;
  TUNESMITH_TRY(request.condition, put_condition(input.if_match, input.if_none_match));
  TUNESMITH_TRY(request.checksum, stated_checksum(input));
  if (input.checksum_type) {
    TUNESMITH_TRY(request.checksum_composite, parse_checksum_type(*input.checksum_type));
  }
  if (input.mpu_object_size) {
    if (*input.mpu_object_size < 0) {
      return invalid_argument("Value for x-amz-mp-object-size header is less than zero",
                              "x-amz-mp-object-size", std::to_string(*input.mpu_object_size));
    }
    request.size = static_cast<std::uint64_t>(*input.mpu_object_size);
  }
  TUNESMITH_TRY(request.parts, listed_parts(input.multipart_upload));
  auto completed = call.store.complete_upload(input.bucket, input.key, input.upload_id, request);
  if (!completed) {
    if (completed.error().reason == objects::reason::kSizeMismatch) {
      return invalid_request(
          "The provided 'x-amz-mp-object-size' header value does not match what was computed");
    }
    return with_condition(to_api_error(completed.error(), subject), request.condition);
  }
  api::CompleteMultipartUploadOutput output;
  output.location = std::string(call.context.tls ? "https" : "http") + "://" + call.context.host +
                    "/" + input.bucket + "/" + uri_encode(input.key, true);
  output.bucket = input.bucket;
  output.key = input.key;
  output.etag = quote_etag(completed->etag);
  if (completed->checksum) set_checksum(output, *completed->checksum, completed->part_count);
  return output;
}

}  // namespace tunesmith::services::s3
