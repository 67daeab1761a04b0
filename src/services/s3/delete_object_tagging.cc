// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::DeleteObjectTagging> delete_object_tagging(
    const Call& call, const api::DeleteObjectTaggingRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  TUNESMITH_TRY_VOID(
      outcome(call.store.set_tags(input.bucket, input.key, {}), {input.bucket, input.key}));
  return api::DeleteObjectTaggingOutput{};
}

}  // namespace tunesmith::services::s3
