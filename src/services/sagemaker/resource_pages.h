// SPDX-License-Identifier: Apache-2.0
//
// What the lists of models, endpoint configurations, endpoints and transform jobs have in common:
// filters, order and page of a request as a store query, and the page as rows and token.
#pragma once

#include "services/sagemaker/errors.h"
#include "services/sagemaker/list_scope.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

#include <functional>

namespace tunesmith::services::sagemaker {

/// Calls `add` for each row of the page that `input` asks for; returns the next page's token.
template <class Request>
Outcome<std::optional<std::string>> list_resources(
    Service& service, const RequestContext& context, std::string_view kind, const Request& input,
    const std::function<void(const store::Resource&)>& add) {
  store::ResourceQuery query;
  query.kind = kind;
  query.region = context.region;
  const std::string sort = input.sort_by.value_or("CreationTime");
  query.sort_by = sort == "Name"     ? store::SortBy::kName
                  : sort == "Status" ? store::SortBy::kStatus
                                     : store::SortBy::kCreationTime;
  query.descending = input.sort_order.value_or("Descending") == "Descending";
  query.limit = static_cast<std::size_t>(input.max_results.value_or(10));
  query.name_contains = input.name_contains;
  query.created_after = input.creation_time_after;
  query.created_before = input.creation_time_before;
  if constexpr (requires { input.last_modified_time_after; }) {
    query.modified_after = input.last_modified_time_after;
    query.modified_before = input.last_modified_time_before;
  }
  if constexpr (requires { input.status_equals; }) query.status = input.status_equals;
  const std::string scope = list_scope(kind, sort, query.status, query);
  if (input.next_token) {
    auto cursor = parse_token(*input.next_token, scope);
    if (!cursor) return cursor.error();
    query.after = *cursor;
  }
  store::Page<store::Resource> page;
  const auto read = service.store.read([&](store::Reader& r) -> Result<void> {
    TUNESMITH_TRY(page, r.resources(query));
    return {};
  });
  if (!read) return api_error(read.error());
  for (const auto& row : page.rows) add(row);
  if (!page.next) return std::optional<std::string>();
  return std::optional<std::string>(print_token(*page.next, scope));
}

}  // namespace tunesmith::services::sagemaker
