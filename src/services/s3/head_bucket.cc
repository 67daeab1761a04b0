// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::HeadBucket> head_bucket(const Call& call, const api::HeadBucketRequest& input) {
  TUNESMITH_TRY(const auto bucket, outcome(call.store.head_bucket(input.bucket), {input.bucket}));
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  api::HeadBucketOutput output;
  output.bucket_region = bucket.region;
  output.access_point_alias = false;
  return output;
}

}  // namespace tunesmith::services::s3
