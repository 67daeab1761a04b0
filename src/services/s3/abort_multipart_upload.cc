// SPDX-License-Identifier: Apache-2.0
#include "services/s3/convert.h"

namespace tunesmith::services::s3 {

Answer<api::AbortMultipartUpload> abort_multipart_upload(
    const Call& call, const api::AbortMultipartUploadRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(outcome(call.store.abort_upload(input.bucket, input.key, input.upload_id),
                             {input.bucket, input.key, input.upload_id}));
  return api::AbortMultipartUploadOutput{};
}

}  // namespace tunesmith::services::s3
