// SPDX-License-Identifier: Apache-2.0
//
// The metric log in the embedded database. Thread safe.
#pragma once

#include "store/metric_log.h"
#include "store/sqlite/database.h"

namespace tunesmith::store {

class SqliteMetricLog final : public MetricLog {
 public:
  /// `database` must outlive this.
  explicit SqliteMetricLog(Database& database) : database_(database) {}

  Result<void> add(const std::vector<std::pair<MetricSeries, std::vector<MetricSample>>>& samples,
                   Timestamp forget) override;
  Result<std::vector<MetricSample>> samples(const MetricSeries& series, Timestamp from,
                                            Timestamp until) const override;
  Result<SeriesPage> series(const SeriesQuery& query) const override;
  Result<void> forget(Timestamp before) override;

 private:
  Database& database_;
};

}  // namespace tunesmith::store
