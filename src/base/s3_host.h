// SPDX-License-Identifier: Apache-2.0
//
// The host names that AWS gives S3, in requests and in the https form of an object's address.
#pragma once

#include <optional>
#include <string_view>

namespace tunesmith {

/// The bucket in "bucket.s3.eu-west-1.amazonaws.com" and its older forms, a port aside; empty when
/// the path names it ("s3.eu-west-1.amazonaws.com"); nothing when the host is not S3's.
std::optional<std::string_view> bucket_of_s3_host(std::string_view host);

}  // namespace tunesmith
