// SPDX-License-Identifier: Apache-2.0
//
// "s3://bucket/key": parsed here only.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace tunesmith::objects {

struct S3Uri {
  std::string bucket;
  std::string key;  // may be empty, or a prefix
};

/// kInvalid when `uri` has another scheme or no bucket.
Result<S3Uri> parse_s3_uri(std::string_view uri);

}  // namespace tunesmith::objects
