// SPDX-License-Identifier: Apache-2.0
#include "services/s3/receive.h"

namespace tunesmith::services::s3 {

Answer<api::UploadPart> upload_part(const Call& call, api::UploadPartRequest& input) {
  const Subject subject{input.bucket, input.key, input.upload_id};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(refuse_unsupported(input));
  if (input.part_number < 1 || input.part_number > 10000) {
    return invalid_argument("Part number must be an integer between 1 and 10000, inclusive",
                            "partNumber", std::to_string(input.part_number));
  }
  TUNESMITH_TRY(ReceiveOptions options, receive_options(input));
  TUNESMITH_TRY(const auto upload,
                outcome(call.store.head_upload(input.bucket, input.key, input.upload_id), subject));
  options.always = objects::part_checksum(upload);
  TUNESMITH_TRY(Received received, receive(call.store, input.body, options, subject));
  if (received.checksum && upload.checksum_algorithm &&
      *received.checksum != *upload.checksum_algorithm) {
    return invalid_request(
        "Checksum Type mismatch occurred, expected checksum Type: " +
        to_lower(objects::to_string(*upload.checksum_algorithm)) +
        ", actual checksum Type: " + to_lower(objects::to_string(*received.checksum)));
  }
  // The one that the client stated is the one it wants to see again, even where another is kept.
  const auto shown = received.checksum.value_or(objects::part_checksum(upload));
  const std::string value = received.content->checksums.at(shown);
  TUNESMITH_TRY(const auto part,
                outcome(call.store.put_part(upload, static_cast<std::uint32_t>(input.part_number),
                                            std::move(received.content)),
                        subject));
  api::UploadPartOutput output;
  output.etag = quote_etag(part.etag);
  set_checksum(output, {shown, false, value}, 0);
  return output;
}

}  // namespace tunesmith::services::s3
