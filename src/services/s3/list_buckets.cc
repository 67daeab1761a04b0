// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/s3/convert.h"

#include <algorithm>

namespace tunesmith::services::s3 {

Answer<api::ListBuckets> list_buckets(const Call& call, const api::ListBucketsRequest& input) {
  constexpr std::int32_t kMost = 10000;
  if (input.max_buckets && (*input.max_buckets < 1 || *input.max_buckets > kMost)) {
    return invalid_argument("Argument max-buckets must be an integer between 1 and 10000",
                            "max-buckets", std::to_string(*input.max_buckets));
  }
  const auto limit = static_cast<std::size_t>(input.max_buckets.value_or(kMost));
  const std::string prefix = input.prefix.value_or("");
  std::string after;
  if (input.continuation_token) {
    const auto decoded = from_base64(*input.continuation_token);
    if (!decoded) {
      return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                              *input.continuation_token);
    }
    after = *decoded;
  }
  std::vector<api::Bucket> buckets;
  bool more = false;
  // Filtered by region after reading, so that a page may take several reads.
  for (bool reading = true; reading && !more;) {
    TUNESMITH_TRY(const auto page, outcome(call.store.list_buckets(prefix, after, 1000), {""}));
    reading = page.size() == 1000;
    for (const auto& bucket : page) {
      if (input.bucket_region && bucket.region != *input.bucket_region) {
        after = bucket.name;
        continue;
      }
      if (buckets.size() == limit) {
        more = true;
        break;
      }
      after = bucket.name;
      api::Bucket listed;
      listed.name = bucket.name;
      listed.creation_date = bucket.created;
      listed.bucket_region = bucket.region;
      buckets.push_back(std::move(listed));
    }
  }
  api::ListBucketsOutput output;
  output.buckets = std::move(buckets);
  output.owner.emplace().id = owner_id(call.context.identity.account);
  if (input.prefix) output.prefix = prefix;
  if (more) output.continuation_token = to_base64(after);
  return output;
}

}  // namespace tunesmith::services::s3
