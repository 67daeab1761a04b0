// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::CreateMultipartUpload> create_multipart_upload(
    const Call& call, const api::CreateMultipartUploadRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(refuse_unsupported(input));
  objects::UploadRequest request;
  TUNESMITH_TRY(request.attributes, to_attributes(input));
  TUNESMITH_TRY(request.tags, parse_tagging(input.tagging));
  TUNESMITH_TRY(request.checksum, to_algorithm(input.checksum_algorithm));
  if (input.checksum_type) {
    if (!request.checksum) {
      return invalid_request(
          "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
          "header.");
    }
    TUNESMITH_TRY(request.checksum_composite, parse_checksum_type(*input.checksum_type));
  } else {
    request.checksum_composite = request.checksum && objects::can_be_composite(*request.checksum);
  }
  TUNESMITH_TRY(const std::string id,
                outcome(call.store.create_upload(input.bucket, input.key, request),
                        {input.bucket, input.key}));
  api::CreateMultipartUploadOutput output;
  output.bucket = input.bucket;
  output.key = input.key;
  output.upload_id = id;
  if (request.checksum) {
    output.checksum_algorithm = objects::to_string(*request.checksum);
    output.checksum_type = checksum_type_name(request.checksum_composite);
  }
  return output;
}

}  // namespace tunesmith::services::s3
