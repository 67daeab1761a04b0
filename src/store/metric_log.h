// SPDX-License-Identifier: Apache-2.0
//
// Metrics that clients put, and those of endpoints: named series of samples, kept for two weeks.
// Apart from the metrics of training jobs, which are rows of their jobs. Thread safe.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tunesmith::store {

/// How long samples are kept.
inline constexpr std::chrono::hours kMetricsKept{15 * 24};

/// Name and value of what tells series of one name apart, in the order of the names.
using MetricDimensions = std::vector<std::pair<std::string, std::string>>;

struct MetricSeries {
  std::string region, space, name;  // space: "AWS/SageMaker", the service's "namespace"
  MetricDimensions dimensions;
  bool operator==(const MetricSeries&) const = default;
};

/// What happened at a time: one value, or the statistics of several.
struct MetricSample {
  Timestamp time{};
  double count = 1, sum = 0, minimum = 0, maximum = 0;
  std::string unit = "None";
};

/// Filters and page of a list of series. All filters must hold.
struct SeriesQuery {
  std::string region;
  std::optional<std::string> space, name;
  /// Each must be among the series's dimensions; without a value, with any.
  std::vector<std::pair<std::string, std::optional<std::string>>> dimensions;
  std::int64_t after = 0;  // SeriesPage::next of the page before
  std::size_t limit = 500;
};

struct SeriesPage {
  std::vector<MetricSeries> rows;
  std::optional<std::int64_t> next;
};

class MetricLog {
 public:
  virtual ~MetricLog() = default;
  /// All of it or nothing. Samples of the series before `forget` are dropped. kLimitExceeded when
  /// there would be too many series.
  virtual Result<void> add(
      const std::vector<std::pair<MetricSeries, std::vector<MetricSample>>>& samples,
      Timestamp forget) = 0;
  /// The samples in [from, until) in the order of their times; none for an unknown series.
  virtual Result<std::vector<MetricSample>> samples(const MetricSeries& series, Timestamp from,
                                                    Timestamp until) const = 0;
  virtual Result<SeriesPage> series(const SeriesQuery& query) const = 0;
  /// Drops the samples before `before`, and the series that have none then. Leaves others room to
  /// write in between.
  virtual Result<void> forget(Timestamp before) = 0;
};

}  // namespace tunesmith::store
