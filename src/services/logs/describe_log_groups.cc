// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/logs/errors.h"
#include "services/logs/log_names.h"

#include <algorithm>

namespace tunesmith::services::logs {
namespace {

bool wanted(const api::DescribeLogGroupsRequest& input, const LogGroup& group,
            const std::string& arn) {
  if (input.log_group_name_prefix && !group.name.starts_with(*input.log_group_name_prefix))
    return false;
  if (input.log_group_name_pattern &&
      to_lower(group.name).find(to_lower(*input.log_group_name_pattern)) == std::string::npos) {
    return false;
  }
  // Every group here is of the standard class.
  if (input.log_group_class && *input.log_group_class != "STANDARD") return false;
  if (input.log_group_identifiers && !input.log_group_identifiers->empty()) {
    return std::any_of(input.log_group_identifiers->begin(), input.log_group_identifiers->end(),
                       [&](const std::string& id) { return id == group.name || id == arn; });
  }
  return true;
}

}  // namespace

Outcome<api::DescribeLogGroupsResponse> describe_log_groups(
    Service& service, const RequestContext& context, const api::DescribeLogGroupsRequest& input) {
  if (input.log_group_name_prefix && input.log_group_name_pattern) {
    return invalid(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  }
  std::string after;
  if (input.next_token) {
    auto position = parse_token(*input.next_token, "groups");
    if (!position) return position.error();
    after = *position;
  }
  std::vector<LogGroup> all;
  for (const LogSource* source : service.sources) {
    auto groups = source->groups(context.region);
    if (!groups) return api_error(groups.error());
    for (auto& group : *groups) all.push_back(std::move(group));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });

  api::DescribeLogGroupsResponse out;
  out.log_groups.emplace();
  const auto limit = static_cast<std::size_t>(input.limit.value_or(50));
  for (const LogGroup& group : all) {
    const std::string arn = group_arn(context, group.name);
    if (group.name <= after || !wanted(input, group, arn)) continue;
    if (out.log_groups->size() == limit) {
      out.next_token = print_token("groups", *out.log_groups->back().log_group_name);
      break;
    }
    api::LogGroup shown;
    shown.log_group_name = group.name;
    shown.creation_time = to_millis(group.created);
    shown.metric_filter_count = 0;
    shown.arn = arn + ":*";
    shown.log_group_arn = arn;
    shown.stored_bytes = 0;
    shown.log_group_class = "STANDARD";
    out.log_groups->push_back(std::move(shown));
  }
  return out;
}

}  // namespace tunesmith::services::logs
