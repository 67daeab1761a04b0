// SPDX-License-Identifier: Apache-2.0
#include "objects/names.h"
#include "objects/reasons.h"
#include "services/s3/conditions.h"
#include "services/s3/convert.h"
#include "services/s3/receive.h"

namespace tunesmith::services::s3 {
namespace {

/// What can be known to fail before the body is taken in. The store checks the condition again, at
/// the end.
aws::Outcome<void> check_early(const Call& call, const api::PutObjectRequest& input,
                               const objects::PutCondition& condition, const Subject& subject) {
  TUNESMITH_TRY_VOID(outcome(objects::check_key(input.key), subject));
  TUNESMITH_TRY_VOID(outcome(call.store.head_bucket(input.bucket), subject));
  if (!condition.must_be_absent && !condition.must_have) return {};
  const auto existing = call.store.head(input.bucket, input.key);
  if (!existing) {
    if (existing.error().reason == objects::reason::kNoSuchKey && !condition.must_have) return {};
    return to_api_error(existing.error(), subject);
  }
  if (condition.must_be_absent) return precondition_failed("If-None-Match");
  if (*condition.must_have != "*" && *condition.must_have != existing->etag) {
    return precondition_failed("If-Match");
  }
  return {};
}

}  // namespace

Answer<api::PutObject> put_object(const Call& call, api::PutObjectRequest& input) {
  const Subject subject{input.bucket, input.key};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(refuse_unsupported(input));
  if (input.write_offset_bytes) return not_implemented("x-amz-write-offset-bytes");
  objects::PutRequest request;
  TUNESMITH_TRY(request.condition, put_condition(input.if_match, input.if_none_match));
  TUNESMITH_TRY(request.attributes, to_attributes(input));
  TUNESMITH_TRY(request.tags, parse_tagging(input.tagging));
  TUNESMITH_TRY(const ReceiveOptions options, receive_options(input));
  TUNESMITH_TRY_VOID(check_early(call, input, request.condition, subject));

  TUNESMITH_TRY(Received received, receive(call.store, input.body, options, subject));
  request.checksum = received.checksum.value_or(objects::ChecksumAlgorithm::kCrc64Nvme);
  auto info = outcome(call.store.put(input.bucket, input.key, std::move(received.content), request),
                      subject);
  if (!info) return with_condition(std::move(info.error()), request.condition);

  api::PutObjectOutput output;
  output.etag = quote_etag(info->etag);
  if (info->checksum) set_checksum(output, *info->checksum, 0);
  return output;
}

}  // namespace tunesmith::services::s3
