// SPDX-License-Identifier: Apache-2.0
#include "services/s3/read_object.h"

namespace tunesmith::services::s3 {

Answer<api::HeadObject> head_object(const Call& call, const api::HeadObjectRequest& input) {
  TUNESMITH_TRY(const Selection selection, select(call, input));
  return describe<api::HeadObjectOutput>(selection, input);
}

}  // namespace tunesmith::services::s3
