// SPDX-License-Identifier: Apache-2.0
//
// The address of an object or a prefix in requests, "s3://bucket/key": parsed here only.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace tunesmith::objects {

struct S3Uri {
  std::string bucket;
  std::string key;  // may be empty, or a prefix
};

/// Takes the https form, too, as older notebooks write it:
/// "https://s3-us-west-2.amazonaws.com/bucket/key", "https://bucket.s3.amazonaws.com/key". kInvalid
/// for anything else, or without a bucket.
Result<S3Uri> parse_s3_uri(std::string_view uri);

}  // namespace tunesmith::objects
