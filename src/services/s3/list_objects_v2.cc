// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

namespace tunesmith::services::s3 {

Answer<api::ListObjectsV2> list_objects_v2(const Call& call,
                                           const api::ListObjectsV2Request& input) {
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY(const bool url, wants_url_encoding(input.encoding_type));
  objects::ListQuery query;
  query.prefix = input.prefix.value_or("");
  query.delimiter = input.delimiter.value_or("");
  query.after = input.start_after.value_or("");
  TUNESMITH_TRY(query.limit, page_size(input.max_keys, "max-keys"));
  if (input.continuation_token) {
    TUNESMITH_TRY_VOID(decode_token(*input.continuation_token, query));
  }
  TUNESMITH_TRY(const auto page, outcome(call.store.list(input.bucket, query), {input.bucket}));

  api::ListObjectsV2Output output;
  output.name = input.bucket;
  output.prefix = encode_name(query.prefix, url);
  output.max_keys = static_cast<std::int32_t>(query.limit);
  output.key_count = static_cast<std::int32_t>(page.objects.size() + page.groups.size());
  if (!query.delimiter.empty()) output.delimiter = encode_name(query.delimiter, url);
  if (url) output.encoding_type = "url";
  if (input.start_after) output.start_after = encode_name(*input.start_after, url);
  output.continuation_token = input.continuation_token;
  output.is_truncated = page.truncated;
  output.contents =
      list_contents(call, page, {.url = url, .owner = input.fetch_owner.value_or(false)});
  output.common_prefixes = list_groups(page.groups, url);
  if (page.truncated) output.next_continuation_token = encode_token(page);
  return output;
}

}  // namespace tunesmith::services::s3
