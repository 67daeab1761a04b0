// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/metric_reader.h"

#include <fmt/core.h>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::int64_t kMaxDatapoints = 1440;

Outcome<void> check(const api::GetMetricStatisticsInput& input) {
  const bool plain = input.statistics && !input.statistics->empty();
  const bool extended = input.extended_statistics && !input.extended_statistics->empty();
  if (!plain && !extended)
    return invalid_combination("Must specify either Statistics or ExtendedStatistics");
  if (extended) {
    for (const auto& name : *input.extended_statistics) {
      if (!percentile_of(name)) {
        return invalid_value(fmt::format(
            "The value {} for parameter ExtendedStatistics is not supported: percentiles such as "
            "p99.9 are.",
            name));
      }
    }
  }
  if (!is_period(input.period)) {
    return invalid_value("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.");
  }
  if (input.start_time >= input.end_time) {
    return invalid_value("The parameter StartTime must be less than the parameter EndTime.");
  }
  const auto asked = (input.end_time - input.start_time) / std::chrono::seconds(input.period);
  if (asked > kMaxDatapoints) {
    return invalid_combination(
        fmt::format("You have requested up to {} datapoints, which exceeds the limit of {}. You "
                    "may reduce the datapoints requested by increasing Period, or decreasing the "
                    "time range.",
                    asked, kMaxDatapoints));
  }
  return {};
}

}  // namespace

Outcome<api::GetMetricStatisticsOutput> get_metric_statistics(
    Service& service, const RequestContext& context, const api::GetMetricStatisticsInput& input) {
  if (auto checked = check(input); !checked) return checked.error();
  const store::MetricSeries series{context.region, input.namespace_, input.metric_name,
                                   dimensions_of(input.dimensions)};
  const auto samples =
      read_samples(service, series, whole_minute(input.start_time), input.end_time);
  if (!samples) return api_error(samples.error());
  api::GetMetricStatisticsOutput out;
  out.label = input.metric_name;
  out.datapoints.emplace();
  for (const Period& period : group(*samples, std::chrono::seconds(input.period), input.unit)) {
    api::Datapoint point;
    point.timestamp = period.time;
    point.unit = period.unit;
    for (const auto& name : input.statistics.value_or(std::vector<std::string>())) {
      const auto value = statistic(period, name);
      if (name == "SampleCount") point.sample_count = value;
      if (name == "Average") point.average = value;
      if (name == "Sum") point.sum = value;
      if (name == "Minimum") point.minimum = value;
      if (name == "Maximum") point.maximum = value;
    }
    for (const auto& name : input.extended_statistics.value_or(std::vector<std::string>())) {
      if (!point.extended_statistics) point.extended_statistics.emplace();
      if (const auto value = statistic(period, name)) (*point.extended_statistics)[name] = *value;
    }
    out.datapoints->push_back(std::move(point));
  }
  return out;
}

}  // namespace tunesmith::services::cloudwatch
