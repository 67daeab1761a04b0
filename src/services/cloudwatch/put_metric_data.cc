// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/metric_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::size_t kMaxData = 1000;
constexpr std::size_t kMaxDimensions = 30;
constexpr std::size_t kMaxValues = 150;
constexpr std::chrono::hours kAhead{2};
const double kLargest = std::ldexp(1.0, 360);

Outcome<std::vector<store::MetricSample>> samples_of(const api::MetricDatum& datum, Timestamp now) {
  store::MetricSample sample;
  sample.time = datum.timestamp.value_or(now);
  sample.unit = datum.unit.value_or("None");
  if (sample.time < now - store::kMetricsKept || sample.time > now + kAhead) {
    return invalid_value(
        fmt::format("The parameter MetricData.member.Timestamp of {} must be "
                    "within the last two weeks and not more than two hours ahead.",
                    datum.metric_name));
  }
  const int given = (datum.value ? 1 : 0) + (datum.statistic_values ? 1 : 0) +
                    (datum.values && !datum.values->empty() ? 1 : 0);
  if (given != 1) {
    return invalid_combination(
        fmt::format("{} must have one of Value, Values and StatisticValues.", datum.metric_name));
  }
  std::vector<store::MetricSample> out;
  if (datum.statistic_values) {
    const auto& s = *datum.statistic_values;
    sample.count = s.sample_count;
    sample.sum = s.sum;
    sample.minimum = s.minimum;
    sample.maximum = s.maximum;
    out.push_back(sample);
  } else {
    const auto values = datum.value ? std::vector<double>{*datum.value} : *datum.values;
    const auto counts = datum.counts.value_or(std::vector<double>(values.size(), 1));
    if (values.size() > kMaxValues || counts.size() != values.size()) {
      return invalid_value(fmt::format("{} must have at most {} Values and as many Counts.",
                                       datum.metric_name, kMaxValues));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      sample.count = counts[i];
      sample.sum = values[i] * counts[i];
      sample.minimum = sample.maximum = values[i];
      out.push_back(sample);
    }
  }
  const auto fits = [](double value) { return std::abs(value) <= kLargest; };  // and is a number
  for (const auto& s : out) {
    if (!fits(s.sum) || !fits(s.minimum) || !fits(s.maximum) || !(s.count > 0)) {
      return invalid_value(fmt::format("The value of {} must be a number between -2^360 and 2^360.",
                                       datum.metric_name));
    }
  }
  return out;
}

}  // namespace

Outcome<aws::NoOutput> put_metric_data(Service& service, const RequestContext& context,
                                       const api::PutMetricDataInput& input) {
  if (input.namespace_.starts_with("AWS/") || input.namespace_ == kTrainingJobs ||
      input.namespace_ == inference::kEndpointHostSpace) {
    return invalid_value(fmt::format(
        "The value {} for parameter Namespace is reserved for the service's own metrics.",
        input.namespace_));
  }
  if (input.entity_metric_data && !input.entity_metric_data->empty())
    return invalid_value("EntityMetricData is not available: use MetricData.");
  if (!input.metric_data || input.metric_data->empty())
    return aws::ApiError{"MissingParameter", "The parameter MetricData is required.", 400};
  if (input.metric_data->size() > kMaxData) {
    return invalid_value(
        fmt::format("The collection MetricData must not have a size greater than {}.", kMaxData));
  }
  const Timestamp now = service.clock.now();
  std::vector<std::pair<store::MetricSeries, std::vector<store::MetricSample>>> all;
  for (const auto& datum : *input.metric_data) {
    auto dimensions = dimensions_of(datum.dimensions);
    if (dimensions.size() > kMaxDimensions) {
      return invalid_value(fmt::format("{} must not have more than {} Dimensions.",
                                       datum.metric_name, kMaxDimensions));
    }
    const auto repeated = std::adjacent_find(
        dimensions.begin(), dimensions.end(),
        [](const auto& one, const auto& next) { return one.first == next.first; });
    if (repeated != dimensions.end()) {
      return invalid_value(fmt::format("{} must not have two Dimensions of the name {}.",
                                       datum.metric_name, repeated->first));
    }
    if (const auto resolution = datum.storage_resolution.value_or(60);
        resolution != 1 && resolution != 60) {
      return invalid_value(
          fmt::format("The StorageResolution of {} must be 1 or 60.", datum.metric_name));
    }
    auto samples = samples_of(datum, now);
    if (!samples) return samples.error();
    all.emplace_back(store::MetricSeries{context.region, input.namespace_, datum.metric_name,
                                         std::move(dimensions)},
                     std::move(*samples));
  }
  if (const auto added = service.metrics.add(all, now - store::kMetricsKept); !added)
    return api_error(added.error());
  return aws::NoOutput{};
}

}  // namespace tunesmith::services::cloudwatch
