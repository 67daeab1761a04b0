// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/statistics.h"

#include "base/strings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tunesmith::services::cloudwatch {
namespace {

constexpr std::array<std::string_view, 5> kStatistics = {"SampleCount", "Average", "Sum", "Minimum",
                                                         "Maximum"};

std::optional<double> percentile(const Period& period, double percentage) {
  std::vector<std::pair<double, double>> values;  // value, how often
  double total = 0;
  for (const auto& sample : period.samples) {
    if (sample.minimum != sample.maximum) return std::nullopt;
    values.emplace_back(sample.minimum, sample.count);
    total += sample.count;
  }
  if (total <= 0) return std::nullopt;
  std::sort(values.begin(), values.end());
  // The smallest value that so many percent of all do not exceed.
  double seen = 0;
  for (const auto& [value, count] : values) {
    seen += count;
    if (seen >= total * percentage / 100) return value;
  }
  return values.back().first;
}

}  // namespace

std::vector<Period> group(const std::vector<store::MetricSample>& samples,
                          std::chrono::seconds length, const std::optional<std::string>& unit) {
  std::vector<Period> periods;
  for (const auto& sample : samples) {
    if (unit && sample.unit != *unit) continue;
    const Timestamp begin(std::chrono::floor<std::chrono::seconds>(sample.time.time_since_epoch()) /
                          length * length);
    auto period = periods.rbegin();
    while (period != periods.rend() && period->time == begin && period->unit != sample.unit)
      ++period;
    if (period == periods.rend() || period->time != begin) {
      periods.push_back({begin, sample.unit, {}});
      period = periods.rbegin();
    }
    period->samples.push_back(sample);
  }
  return periods;
}

bool is_period(std::int64_t seconds) {
  if (seconds >= 60) return seconds % 60 == 0;
  return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30;
}

bool is_statistic(std::string_view name) {
  return std::find(kStatistics.begin(), kStatistics.end(), name) != kStatistics.end();
}

std::optional<double> percentile_of(std::string_view name) {
  if (!name.starts_with('p')) return std::nullopt;
  const auto percentage = parse_double(name.substr(1));
  if (!percentage || !(*percentage >= 0 && *percentage <= 100)) return std::nullopt;
  return percentage;
}

std::optional<double> statistic(const Period& period, std::string_view name) {
  if (const auto percentage = percentile_of(name)) return percentile(period, *percentage);
  double count = 0;
  double sum = 0;
  double minimum = INFINITY;
  double maximum = -INFINITY;
  for (const auto& sample : period.samples) {
    count += sample.count;
    sum += sample.sum;
    minimum = std::min(minimum, sample.minimum);
    maximum = std::max(maximum, sample.maximum);
  }
  if (name == "SampleCount") return count;
  if (name == "Average") return count > 0 ? std::optional(sum / count) : std::nullopt;
  if (name == "Sum") return sum;
  if (name == "Minimum") return minimum;
  if (name == "Maximum") return maximum;
  return std::nullopt;
}

}  // namespace tunesmith::services::cloudwatch
