// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::GetObjectTagging> get_object_tagging(const Call& call,
                                                 const api::GetObjectTaggingRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  TUNESMITH_TRY(const auto info,
                outcome(call.store.head(input.bucket, input.key), {input.bucket, input.key}));
  api::GetObjectTaggingOutput output;
  output.tag_set = from_tags(info.tags);
  return output;
}

}  // namespace tunesmith::services::s3
