// SPDX-License-Identifier: Apache-2.0
//
// The digests that a client states of a document in its headers: Content-MD5, x-amz-checksum-*.
// S3 asks for one on requests that delete or replace a lot by a small document. Bodies that are
// objects are checked where they are stored.
#pragma once

#include "aws/api_error.h"
#include "http/message.h"

#include <string_view>

namespace tunesmith::aws {

/// BadDigest when one of them is not `document`'s, InvalidDigest or InvalidRequest when it can be
/// nobody's. None is asked for.
Outcome<void> check_body_digests(const http::Headers& headers, std::string_view document);

}  // namespace tunesmith::aws
