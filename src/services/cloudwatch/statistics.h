// SPDX-License-Identifier: Apache-2.0
//
// Samples of a metric summed up by periods, and the statistics of a period. Pure functions.
#pragma once

#include "store/metric_log.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::services::cloudwatch {

/// The samples of one period that have one unit. It begins at `time`.
struct Period {
  Timestamp time{};
  std::string unit;
  std::vector<store::MetricSample> samples;
};

/// Periods that have samples, in order of time, one for each unit. Periods begin at multiples of
/// their length; samples are in order of time. `unit` leaves samples of other units out.
std::vector<Period> group(const std::vector<store::MetricSample>& samples,
                          std::chrono::seconds length, const std::optional<std::string>& unit);

/// 1, 5, 10, 20, 30 or a multiple of 60.
bool is_period(std::int64_t seconds);

/// "SampleCount", "Average", "Sum", "Minimum", "Maximum"
bool is_statistic(std::string_view name);
/// "p99", "p99.9": the percentage; nothing for other texts.
std::optional<double> percentile_of(std::string_view name);

/// A statistic of a period. Nothing for a percentile of what was put as the statistics of several
/// values: the values themselves are not there.
std::optional<double> statistic(const Period& period, std::string_view name);

}  // namespace tunesmith::services::cloudwatch
