// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "objects/names.h"
#include "objects/reasons.h"
#include "services/s3/convert.h"

#include <algorithm>

namespace tunesmith::services::s3 {
namespace {

constexpr std::string_view kDefaultRegion = "us-east-1";

/// "eu-west-1", "us-gov-east-1": the form of a region's name, not a list that would age.
bool looks_like_region(std::string_view name) {
  const auto parts = split(name, '-');
  return parts.size() >= 3 && parts.back().size() == 1 && parts.back()[0] >= '0' &&
         parts.back()[0] <= '9' &&
         std::all_of(parts.begin(), parts.end() - 1, [](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(),
                                               [](char c) { return c >= 'a' && c <= 'z'; });
         });
}

aws::ApiError incompatible(std::string_view what) {
  return {"IllegalLocationConstraintException",
          "The " + std::string(what) +
              " location constraint is incompatible for the region specific endpoint this request "
              "was sent to.",
          400};
}

/// The region of the new bucket. Requests to us-east-1 may name any other; those to another region
/// must name that region.
aws::Outcome<std::string> bucket_region(const std::string& region,
                                        const std::optional<std::string>& constraint) {
  if (!constraint || constraint->empty()) {
    if (region != kDefaultRegion) return incompatible("unspecified");
    return region;
  }
  const std::string wanted = *constraint == "EU" ? "eu-west-1" : *constraint;
  if (region != kDefaultRegion && looks_like_region(wanted) && wanted != region)
    return incompatible(wanted);
  if (!looks_like_region(wanted) || wanted == kDefaultRegion) {
    return aws::ApiError{"InvalidLocationConstraint",
                         "The specified location-constraint is not valid",
                         400,
                         {{"LocationConstraint", *constraint}}};
  }
  return wanted;
}

}  // namespace

Answer<api::CreateBucket> create_bucket(const Call& call, const api::CreateBucketRequest& input) {
  const Subject subject{input.bucket};
  TUNESMITH_TRY_VOID(outcome(objects::check_bucket_name(input.bucket), subject));
  const auto& configuration = input.create_bucket_configuration;
  if (configuration && (configuration->location || configuration->bucket)) {
    return not_implemented("CreateBucketConfiguration");
  }
  if (configuration && configuration->tags && !configuration->tags->empty()) {
    return not_implemented("CreateBucketConfiguration.Tags");
  }
  if (input.object_lock_enabled_for_bucket.value_or(false)) {
    return not_implemented("x-amz-bucket-object-lock-enabled");
  }
  TUNESMITH_TRY(const std::string region,
                bucket_region(call.context.region,
                              configuration ? configuration->location_constraint : std::nullopt));
  const auto created = call.store.create_bucket(input.bucket, region);
  if (!created) {
    // Creating one's own bucket again succeeds in us-east-1, for historical reasons, and only
    // there.
    const bool again =
        created.error().reason == objects::reason::kBucketExists && region == kDefaultRegion;
    if (!again) return to_api_error(created.error(), subject);
    TUNESMITH_TRY(const auto bucket, outcome(call.store.head_bucket(input.bucket), subject));
    if (bucket.region != kDefaultRegion) return to_api_error(created.error(), subject);
  }
  api::CreateBucketOutput output;
  output.location = "/" + input.bucket;
  return output;
}

}  // namespace tunesmith::services::s3
