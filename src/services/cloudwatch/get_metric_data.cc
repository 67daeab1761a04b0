// SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"
#include "services/cloudwatch/dynamic_label.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/metric_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::size_t kMaxQueries = 500;

bool is_id(std::string_view id) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !id.empty() && is_lower(id.front()) && std::all_of(id.begin(), id.end(), [&](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Outcome<void> check(const api::GetMetricDataInput& input) {
  if (input.metric_data_queries.size() > kMaxQueries) {
    return invalid_value(fmt::format(
        "The collection MetricDataQueries must not have a size greater than {}.", kMaxQueries));
  }
  if (input.start_time >= input.end_time)
    return invalid_value("The parameter StartTime must be less than the parameter EndTime.");
  std::set<std::string> ids;
  for (const auto& query : input.metric_data_queries) {
    if (!is_id(query.id)) {
      return invalid_value(fmt::format(
          "The value {} for parameter Id is not valid: it begins with a lowercase letter and has "
          "letters, digits and underscores.",
          query.id));
    }
    if (!ids.insert(query.id).second)
      return invalid_value(
          fmt::format("The values for parameter Id must be unique: {}.", query.id));
    if (query.expression) {
      return invalid_value(
          fmt::format("Expression of {}: metric math, SEARCH and queries are not "
                      "available; use MetricStat.",
                      query.id));
    }
    if (!query.metric_stat)
      return invalid_value(fmt::format("MetricStat is required for {}.", query.id));
    const auto& stat = *query.metric_stat;
    if (!stat.metric.namespace_ || !stat.metric.metric_name)
      return invalid_value(fmt::format("Namespace and MetricName are required for {}.", query.id));
    if (!is_statistic(stat.stat) && !percentile_of(stat.stat)) {
      return invalid_value(fmt::format("The value {} for parameter Stat of {} is not supported.",
                                       stat.stat, query.id));
    }
    if (!is_period(stat.period)) {
      return invalid_value(fmt::format(
          "The parameter Period of {} must be 1, 5, 10, 20, 30, or a multiple of 60.", query.id));
    }
  }
  return {};
}

/// A token says how many datapoints the pages before had: "d/<count>".
Outcome<std::size_t> datapoints_before(const std::optional<std::string>& token) {
  if (!token) return std::size_t{0};
  const auto plain = from_base64(*token).value_or("");
  const auto count = plain.starts_with("d/") ? parse_int(plain.substr(2)) : std::nullopt;
  if (!count || *count < 1) return invalid_value("The parameter NextToken is invalid.");
  return static_cast<std::size_t>(*count);
}

}  // namespace

Outcome<api::GetMetricDataOutput> get_metric_data(Service& service, const RequestContext& context,
                                                  const api::GetMetricDataInput& input) {
  if (auto checked = check(input); !checked) return checked.error();
  const auto before = datapoints_before(input.next_token);
  if (!before) return before.error();
  std::size_t to_skip = *before;
  const bool ascending = input.scan_by == "TimestampAscending";
  auto room = static_cast<std::size_t>(std::max(1, input.max_datapoints.value_or(100'800)));
  const std::size_t next = to_skip + room;
  api::GetMetricDataOutput out;
  out.metric_data_results.emplace();
  out.messages.emplace();
  for (const auto& query : input.metric_data_queries) {
    if (!query.return_data.value_or(true)) continue;
    const auto& stat = *query.metric_stat;
    const store::MetricSeries series{context.region, *stat.metric.namespace_,
                                     *stat.metric.metric_name,
                                     dimensions_of(stat.metric.dimensions)};
    const auto samples =
        read_samples(service, series, whole_minute(input.start_time), input.end_time);
    if (!samples) return api_error(samples.error());
    LabelFacts facts{series, context.identity.account, stat.stat, stat.period, {}};
    for (const Period& period : group(*samples, std::chrono::seconds(stat.period), stat.unit)) {
      if (const auto value = statistic(period, stat.stat))
        facts.datapoints.emplace_back(period.time, *value);
    }
    api::MetricDataResult result;
    result.id = query.id;
    result.label = dynamic_label(query.label.value_or("${LABEL}"), facts);
    result.timestamps.emplace();
    result.values.emplace();
    result.status_code = "Complete";
    if (!ascending) std::reverse(facts.datapoints.begin(), facts.datapoints.end());
    const std::size_t from = std::min(to_skip, facts.datapoints.size());
    const std::size_t until = std::min(from + room, facts.datapoints.size());
    for (std::size_t i = from; i < until; ++i) {
      result.timestamps->push_back(facts.datapoints[i].first);
      result.values->push_back(facts.datapoints[i].second);
    }
    to_skip -= from;
    room -= until - from;
    if (until < facts.datapoints.size()) {
      result.status_code = "PartialData";
      out.next_token = to_base64(fmt::format("d/{}", next));
    }
    out.metric_data_results->push_back(std::move(result));
  }
  return out;
}

}  // namespace tunesmith::services::cloudwatch
