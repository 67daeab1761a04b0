// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::DeleteBucket> delete_bucket(const Call& call, const api::DeleteBucketRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(outcome(call.store.delete_bucket(input.bucket), {input.bucket}));
  return aws::NoOutput{};
}

}  // namespace tunesmith::services::s3
