// SPDX-License-Identifier: Apache-2.0
//
// Signature Version 2 of S3 in its query form, which boto3 still makes for presigned URLs in
// us-east-1: base64(HMAC-SHA1(secret, text)). Pure.
#pragma once

#include "http/message.h"

#include <string>
#include <string_view>

namespace tunesmith::aws::sigv4 {

/// METHOD \n Content-MD5 \n Content-Type \n Expires \n x-amz-...:... \n /bucket/key?subresource
std::string string_to_sign_v2(const http::Request& request, std::string_view expires);

}  // namespace tunesmith::aws::sigv4
