// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::GetBucketLocation> get_bucket_location(const Call& call,
                                                   const api::GetBucketLocationRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const auto bucket, outcome(call.store.head_bucket(input.bucket), {input.bucket}));
  api::GetBucketLocationOutput output;
  // The first region has no constraint.
  if (bucket.region != "us-east-1") output.location_constraint = bucket.region;
  return output;
}

}  // namespace tunesmith::services::s3
