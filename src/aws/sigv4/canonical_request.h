// SPDX-License-Identifier: Apache-2.0
//
// The one text of a request that client and server both sign (Signature Version 4):
//
//   METHOD \n path \n query \n name:value\n ... \n signed header names \n payload hash
//
// Pure functions over what was received or is about to be sent.
#pragma once

#include "http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::aws::sigv4 {

/// `raw_path` as on the wire. S3 signs the path as it is: decoded and encoded once. All others sign
/// it normalised (no empty, "." or ".." segments) and encoded once more.
std::string canonical_path(std::string_view raw_path, bool is_s3);

/// `raw_query` as on the wire, decoded and encoded once per part, sorted; the parameter `without`
/// is left out (X-Amz-Signature).
std::string canonical_query(std::string_view raw_query, std::string_view without = {});

/// "name:value\n" for each of `names` (lower case, in the order they are to appear), values
/// trimmed, runs of spaces made one, equal names joined by ','. Nothing when a field of that name
/// is missing.
std::optional<std::string> canonical_headers(const http::Headers& headers,
                                             const std::vector<std::string_view>& names);

/// The whole text. `signed_headers` is the list as sent, "host;x-amz-date".
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, std::string_view headers,
                              std::string_view signed_headers, std::string_view payload_hash);

/// "AWS4-HMAC-SHA256 \n time \n scope \n hash of the canonical request".
std::string string_to_sign(std::string_view time, std::string_view scope,
                           std::string_view canonical_request);

/// A parameter of a raw query, decoded. Nothing when it is absent or broken.
std::optional<std::string> query_parameter(std::string_view raw_query, std::string_view name);

}  // namespace tunesmith::aws::sigv4
