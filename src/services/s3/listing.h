// SPDX-License-Identifier: Apache-2.0
//
// What the listings of objects share.
#pragma once

#include "services/s3/convert.h"

#include <string>
#include <vector>

namespace tunesmith::services::s3 {

struct ListOptions {
  bool url = false;    // encoding-type=url
  bool owner = false;  // show the owner of each object
};

std::vector<api::Object> list_contents(const Call& call, const objects::ObjectPage& page,
                                       const ListOptions& options);
std::vector<api::ObjectVersion> list_versions(const Call& call, const objects::ObjectPage& page,
                                              bool url);
std::vector<api::CommonPrefix> list_groups(const std::vector<std::string>& groups, bool url);

/// Whether `text` is what keys with that prefix and delimiter are rolled up to.
bool is_group(std::string_view text, std::string_view prefix, std::string_view delimiter);

/// What a listing that goes on from a key or a group, `marker`, asks for.
template <class Request>
aws::Outcome<objects::ListQuery> marker_query(const Request& input,
                                              const std::optional<std::string>& marker) {
  objects::ListQuery query;
  query.prefix = input.prefix.value_or("");
  query.delimiter = input.delimiter.value_or("");
  query.after = marker.value_or("");
  query.after_is_group = is_group(query.after, query.prefix, query.delimiter);
  TUNESMITH_TRY(query.limit, page_size(input.max_keys, "max-keys"));
  return query;
}

/// Where a page ended, as an opaque text.
std::string encode_token(const objects::ObjectPage& page);
/// Sets where the next page begins; fails when `token` is none of ours.
aws::Outcome<void> decode_token(const std::string& token, objects::ListQuery& query);

}  // namespace tunesmith::services::s3
