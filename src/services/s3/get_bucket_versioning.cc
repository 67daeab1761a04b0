// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::GetBucketVersioning> get_bucket_versioning(
    const Call& call, const api::GetBucketVersioningRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(outcome(call.store.head_bucket(input.bucket), {input.bucket}));
  // No Status: never enabled.
  return api::GetBucketVersioningOutput{};
}

}  // namespace tunesmith::services::s3
