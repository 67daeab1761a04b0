// SPDX-License-Identifier: Apache-2.0
//
// Reads the samples of a metric wherever they are: the series of a training job in its rows
// (namespace "/aws/sagemaker/TrainingJobs"), those of an endpoint with the counts that are not
// written yet, everything else in the metric log.
#pragma once

#include "services/cloudwatch/operations.h"
#include "services/cloudwatch/statistics.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::services::cloudwatch {

inline constexpr std::string_view kTrainingJobs = "/aws/sagemaker/TrainingJobs";
/// The dimension of what an algorithm reports, and that of what its host uses:
/// "<job>/algo-1".
inline constexpr std::string_view kJobDimension = "TrainingJobName";
inline constexpr std::string_view kHostDimension = "Host";
inline constexpr std::string_view kHostSuffix = "/algo-1";

/// A trial's objective is told once more under this name.
inline constexpr std::string_view kObjectiveMetric = "ObjectiveMetric";

/// The metrics that are the objectives of tuning jobs; one object a request.
class Objectives {
 public:
  /// The name of the metric; empty when the job is no trial.
  std::string of(store::Reader& r, const store::TrainingJob& job);

 private:
  std::map<std::int64_t, std::vector<std::string>> names_;  // by tuning job: of its definitions
};

/// The dimensions of a request in the order of their names.
store::MetricDimensions dimensions_of(const std::optional<std::vector<api::Dimension>>& from);

/// The samples in [from, until) by time; none for a metric that is not there.
Result<std::vector<store::MetricSample>> read_samples(Service& service,
                                                      const store::MetricSeries& series,
                                                      Timestamp from, Timestamp until);

/// The start of a request as the service takes it: on the whole minute.
Timestamp whole_minute(Timestamp start);

}  // namespace tunesmith::services::cloudwatch
