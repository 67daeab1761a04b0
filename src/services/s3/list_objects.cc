// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

namespace tunesmith::services::s3 {

Answer<api::ListObjects> list_objects(const Call& call, const api::ListObjectsRequest& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const bool url, wants_url_encoding(input.encoding_type));
  TUNESMITH_TRY(const auto query, marker_query(input, input.marker));
  TUNESMITH_TRY(const auto page, outcome(call.store.list(input.bucket, query), {input.bucket}));

  api::ListObjectsOutput output;
  output.name = input.bucket;
  output.prefix = encode_name(query.prefix, url);
  output.marker = encode_name(query.after, url);
  output.max_keys = static_cast<std::int32_t>(query.limit);
  if (!query.delimiter.empty()) output.delimiter = encode_name(query.delimiter, url);
  if (url) output.encoding_type = "url";
  output.is_truncated = page.truncated;
  output.contents = list_contents(call, page, {.url = url, .owner = true});
  output.common_prefixes = list_groups(page.groups, url);
  // Without a delimiter a client goes on from the last key it was given.
  if (page.truncated && !query.delimiter.empty()) output.next_marker = encode_name(page.last, url);
  return output;
}

}  // namespace tunesmith::services::s3
