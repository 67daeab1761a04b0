// SPDX-License-Identifier: Apache-2.0
#include "services/s3/conditions.h"
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::DeleteObject> delete_object(const Call& call, const api::DeleteObjectRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  if (input.if_match_last_modified_time || input.if_match_size) {
    return not_implemented("x-amz-if-match-size");
  }
  objects::PutCondition condition;
  if (input.if_match) condition.must_have = unquote_etag(*input.if_match);
  auto removed = outcome(call.store.remove(input.bucket, input.key, condition.must_have),
                         {input.bucket, input.key});
  if (!removed) return with_condition(std::move(removed.error()), condition);
  return api::DeleteObjectOutput{};
}

}  // namespace tunesmith::services::s3
