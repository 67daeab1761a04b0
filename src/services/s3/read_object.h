// SPDX-License-Identifier: Apache-2.0
//
// What GetObject and HeadObject have in common: their answers have the same members but for the
// body.
#pragma once

#include "base/time_format.h"
#include "services/s3/conditions.h"
#include "services/s3/convert.h"

#include <memory>
#include <type_traits>

namespace tunesmith::services::s3 {

template <class Request>
ReadConditions read_conditions(const Request& input) {
  return {input.if_match, input.if_none_match, input.if_modified_since, input.if_unmodified_since};
}

struct Selection {
  objects::ObjectInfo info;
  std::unique_ptr<objects::OpenObject> object;  // null when only `info` was needed
  ByteRange range;
  bool partial = false;
  std::optional<objects::Checksum> checksum;  // of just those bytes
};

/// Finds the object (opens it if its bytes or the places of its parts are needed), checks the
/// conditions, and selects the bytes that the request asks for.
template <class Request>
aws::Outcome<Selection> select(const Call& call, const Request& input) {
  const Subject subject{input.bucket, input.key};
  TUNESMITH_TRY_VOID(check_owner(call, input.expected_bucket_owner));
  TUNESMITH_TRY_VOID(check_version(input.version_id));
  if (input.sse_customer_algorithm) {
    return not_implemented("x-amz-server-side-encryption-customer-algorithm");
  }
  if (input.range && input.part_number) {
    return invalid_request("Cannot specify both Range header and partNumber query parameter");
  }
  Selection selection;
  if (std::is_same_v<Request, api::HeadObjectRequest> && !input.part_number) {
    TUNESMITH_TRY(selection.info, outcome(call.store.head(input.bucket, input.key), subject));
  } else {
    TUNESMITH_TRY(selection.object, outcome(call.store.get(input.bucket, input.key), subject));
    selection.info = selection.object->info();
  }
  const objects::ObjectInfo& info = selection.info;
  TUNESMITH_TRY_VOID(check_read(read_conditions(input), info));
  selection.range = {0, info.size};
  if (input.part_number) {
    TUNESMITH_TRY(auto part, select_part(*selection.object, *input.part_number));
    selection.range = part.range;
    selection.partial = true;
    if (info.checksum && !part.checksum.empty()) {
      selection.checksum = {info.checksum->algorithm, false, std::move(part.checksum)};
    }
  } else {
    const bool counts = range_counts(input.if_range, info);
    TUNESMITH_TRY(const auto range, parse_range(counts ? input.range : std::nullopt, info.size));
    if (range) selection.range = *range;
    selection.partial = range.has_value();
    // Clients would hold a part against the checksum of the whole.
    if (!selection.partial) selection.checksum = info.checksum;
  }
  return selection;
}

/// Everything but the body.
template <class Output, class Request>
Output describe(const Selection& selection, const Request& input) {
  const objects::ObjectInfo& info = selection.info;
  const objects::ObjectAttributes& attributes = info.attributes;
  const auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  Output output;
  output.accept_ranges = "bytes";
  output.last_modified = info.modified;
  output.content_length = static_cast<std::int64_t>(selection.range.length);
  output.etag = quote_etag(info.etag);
  if (selection.partial && selection.range.length > 0) {
    output.content_range = selection.range.content_range(info.size);
  }
  if (input.checksum_mode == "ENABLED" && selection.checksum) {
    set_checksum(output, *selection.checksum, info.part_count);
    output.checksum_type = checksum_type_name(info.checksum->composite);
  }
  output.content_type = input.response_content_type ? input.response_content_type
                        : attributes.content_type.empty()
                            ? std::optional<std::string>("binary/octet-stream")
                            : std::optional(attributes.content_type);
  output.cache_control =
      input.response_cache_control ? input.response_cache_control : given(attributes.cache_control);
  output.content_disposition = input.response_content_disposition
                                   ? input.response_content_disposition
                                   : given(attributes.content_disposition);
  output.content_encoding = input.response_content_encoding ? input.response_content_encoding
                                                            : given(attributes.content_encoding);
  output.content_language = input.response_content_language ? input.response_content_language
                                                            : given(attributes.content_language);
  output.expires = input.response_expires ? std::optional(format_http_date(*input.response_expires))
                                          : given(attributes.expires);
  output.website_redirect_location = given(attributes.website_redirect_location);
  output.storage_class = given(attributes.storage_class);
  if (!attributes.user_metadata.empty()) output.metadata = attributes.user_metadata;
  if (!info.tags.empty()) output.tag_count = static_cast<std::int32_t>(info.tags.size());
  if (input.part_number && info.part_count > 0) {
    output.parts_count = static_cast<std::int32_t>(info.part_count);
  }
  return output;
}

}  // namespace tunesmith::services::s3
