// SPDX-License-Identifier: Apache-2.0
//
// Labels of GetMetricData with dynamic values in them: "${PROP('Dim.run')}: ${MAX}". Pure
// functions.
#pragma once

#include "base/clock.h"
#include "store/metric_log.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tunesmith::services::cloudwatch {

/// What a label may speak of.
struct LabelFacts {
  const store::MetricSeries& series;
  std::string_view account;
  std::string_view stat;
  std::int64_t period = 0;                               // seconds
  std::vector<std::pair<Timestamp, double>> datapoints;  // in order of time
};

/// `label` with its dynamic values put in. A value that no datapoint gives, and a property that the
/// metric lacks, is "--"; what is no dynamic value that is known here stays as it is.
std::string dynamic_label(std::string_view label, const LabelFacts& facts);

}  // namespace tunesmith::services::cloudwatch
