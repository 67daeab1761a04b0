// SPDX-License-Identifier: Apache-2.0
//
// What S3 allows as the name of a bucket and the key of an object.
#pragma once

#include "base/result.h"

#include <string_view>

namespace tunesmith::objects {

/// kInvalid with what is wrong, by the rules for general purpose buckets in the Amazon S3 User
/// Guide.
Result<void> check_bucket_name(std::string_view name);
/// 1 to 1024 bytes of UTF-8. kLimitExceeded when too long, else kInvalid.
Result<void> check_key(std::string_view key);

}  // namespace tunesmith::objects
