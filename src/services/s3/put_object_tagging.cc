// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::PutObjectTagging> put_object_tagging(const Call& call,
                                                 const api::PutObjectTaggingRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  TUNESMITH_TRY(const auto tags, to_tags(input.tagging.tag_set));
  TUNESMITH_TRY_VOID(
      outcome(call.store.set_tags(input.bucket, input.key, tags), {input.bucket, input.key}));
  return api::PutObjectTaggingOutput{};
}

}  // namespace tunesmith::services::s3
