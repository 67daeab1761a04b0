// SPDX-License-Identifier: Apache-2.0
//
// A page token means a place in one list: that of a region, an order and filters. This is the list
// it belongs to, as a text.
#pragma once

#include "base/clock.h"
#include "base/digest.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

/// `list` keeps tokens of different lists apart. `query` is the store's, with its filters set.
template <class Query>
std::string list_scope(std::string_view list, std::string_view sort,
                       const std::optional<std::string>& status, const Query& query) {
  const auto millis = [](const std::optional<Timestamp>& time) {
    return time ? std::to_string(to_millis(*time)) : std::string();
  };
  return to_hex(sha256(fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", list, sort, query.descending, query.region,
      status.value_or(""), query.name_contains.value_or(""), millis(query.created_after),
      millis(query.created_before), millis(query.modified_after), millis(query.modified_before))));
}

}  // namespace tunesmith::services::sagemaker
