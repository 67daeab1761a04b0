// SPDX-License-Identifier: Apache-2.0
//
// The source of CopyObject and UploadPartCopy.
#pragma once

#include "services/s3/conditions.h"
#include "services/s3/convert.h"

#include <memory>
#include <string>

namespace tunesmith::services::s3 {

struct CopySource {
  std::string bucket;
  std::string key;
};

/// x-amz-copy-source: "bucket/key" or "/bucket/key", percent-encoded, perhaps with
/// "?versionId=null".
aws::Outcome<CopySource> parse_copy_source(const std::string& header);

/// Opens the source, which the caller must be allowed to read, and checks the request's conditions
/// on it.
template <class T>
aws::Outcome<std::unique_ptr<objects::OpenObject>> open_copy_source(const Call& call,
                                                                    const T& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_source_bucket_owner));
  if (input.copy_source_sse_customer_algorithm) {
    return not_implemented("x-amz-copy-source-server-side-encryption-customer-algorithm");
  }
  TUNESMITH_TRY(const CopySource source, parse_copy_source(input.copy_source));
  TUNESMITH_TRY_VOID(
      aws::authorize(call.context, "s3:GetObject", object_arn(source.bucket, source.key)));
  TUNESMITH_TRY(auto object,
                outcome(call.store.get(source.bucket, source.key), {source.bucket, source.key}));
  TUNESMITH_TRY_VOID(check_copy_source(
      {input.copy_source_if_match, input.copy_source_if_none_match,
       input.copy_source_if_modified_since, input.copy_source_if_unmodified_since},
      object->info()));
  return object;
}

}  // namespace tunesmith::services::s3
