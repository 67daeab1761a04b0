// SPDX-License-Identifier: Apache-2.0
//
// What the three lists of jobs have in common: filters, order and page of a request as a store
// query.
#pragma once

#include "services/sagemaker/errors.h"
#include "services/sagemaker/list_scope.h"
#include "services/sagemaker/names.h"
#include "services/sagemaker/operations.h"

namespace tunesmith::services::sagemaker {

/// A query and the scope of its page tokens.
struct Listing {
  store::JobQuery query;
  std::string scope;
};

/// `fallback_sort`: "Name" or "CreationTime", when the request names none. `operation` keeps tokens
/// of different lists apart.
template <class Request>
Outcome<Listing> listing(const RequestContext& context, const Request& input,
                         std::string_view operation, std::string_view fallback_sort) {
  Listing out;
  store::JobQuery& query = out.query;
  query.region = context.region;
  const std::string sort = input.sort_by.value_or(std::string(fallback_sort));
  if (sort == "CreationTime")
    query.sort_by = store::SortBy::kCreationTime;
  else if (sort == "Status")
    query.sort_by = store::SortBy::kStatus;
  else if (sort == "FinalObjectiveMetricValue")
    query.sort_by = store::SortBy::kObjective;
  else
    query.sort_by = store::SortBy::kName;
  query.descending = input.sort_order.value_or("Ascending") == "Descending";
  query.limit = static_cast<std::size_t>(input.max_results.value_or(10));
  if (input.status_equals) {
    query.status = store::parse_job_status(*input.status_equals);
    // A status that is valid but that no job here ever has: nothing matches.
    if (!query.status) query.limit = 0;
  }
  if constexpr (requires { input.name_contains; }) {
    query.name_contains = input.name_contains;
    query.created_after = input.creation_time_after;
    query.created_before = input.creation_time_before;
    query.modified_after = input.last_modified_time_after;
    query.modified_before = input.last_modified_time_before;
  }
  out.scope = list_scope(operation, sort, input.status_equals, query);
  if (input.next_token) {
    auto cursor = parse_token(*input.next_token, out.scope);
    if (!cursor) return cursor.error();
    query.after = *cursor;
  }
  return out;
}

}  // namespace tunesmith::services::sagemaker
