// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

namespace tunesmith::services::s3 {

// No bucket here has versions, and S3 lists such a bucket's objects as versions named "null".
Answer<api::ListObjectVersions> list_object_versions(const Call& call,
                                                     const api::ListObjectVersionsRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const bool url, wants_url_encoding(input.encoding_type));
  if (input.version_id_marker && !input.version_id_marker->empty() && !input.key_marker) {
    return invalid_argument("A version-id marker cannot be specified without a key marker.",
                            "version-id-marker", *input.version_id_marker);
  }
  TUNESMITH_TRY(const auto query, marker_query(input, input.key_marker));
  TUNESMITH_TRY(const auto page, outcome(call.store.list(input.bucket, query), {input.bucket}));

  api::ListObjectVersionsOutput output;
  output.name = input.bucket;
  output.prefix = encode_name(query.prefix, url);
  output.key_marker = encode_name(query.after, url);
  output.version_id_marker = input.version_id_marker.value_or("");
  output.max_keys = static_cast<std::int32_t>(query.limit);
  if (!query.delimiter.empty()) output.delimiter = encode_name(query.delimiter, url);
  if (url) output.encoding_type = "url";
  output.is_truncated = page.truncated;
  output.versions = list_versions(call, page, url);
  output.common_prefixes = list_groups(page.groups, url);
  if (page.truncated) {
    output.next_key_marker = encode_name(page.last, url);
    if (!page.last_is_group) output.next_version_id_marker = std::string(kNullVersion);
  }
  return output;
}

}  // namespace tunesmith::services::s3
