// SPDX-License-Identifier: Apache-2.0
//
// BatchPutMetrics: kept as series of the namespace "/aws/sagemaker/TrialComponents" with the
// dimension TrialComponentName, where CloudWatch's operations find them.
#include "base/log.h"
#include "services/sagemaker_metrics/operations.h"

#include <cmath>

namespace tunesmith::services::sagemaker_metrics {

aws::Outcome<api::BatchPutMetricsResponse> batch_put_metrics(
    Service& service, const aws::RequestContext& context,
    const api::BatchPutMetricsRequest& input) {
  api::BatchPutMetricsResponse out;
  out.errors.emplace();
  const Timestamp now = service.clock.now();
  std::vector<std::pair<store::MetricSeries, std::vector<store::MetricSample>>> all;
  for (std::size_t i = 0; i < input.metric_data.size(); ++i) {
    const auto& datum = input.metric_data[i];
    if (!std::isfinite(datum.value) || datum.timestamp < now - store::kMetricsKept) {
      out.errors->push_back({"VALIDATION_ERROR", static_cast<std::int32_t>(i)});
      continue;
    }
    all.push_back({{context.region,
                    "/aws/sagemaker/TrialComponents",
                    datum.metric_name,
                    {{"TrialComponentName", input.trial_component_name}}},
                   {{datum.timestamp, 1, datum.value, datum.value, datum.value, "None"}}});
  }
  if (const auto added = service.metrics.add(all, now - store::kMetricsKept); !added) {
    if (added.error().kind != ErrorKind::kLimitExceeded) {
      log::error("sagemaker metrics: {}", added.error().message);
      return aws::ApiError{"InternalFailure", "An internal failure occurred.", 500};
    }
    out.errors->clear();
    for (std::size_t i = 0; i < input.metric_data.size(); ++i)
      out.errors->push_back({"METRIC_LIMIT_EXCEEDED", static_cast<std::int32_t>(i)});
  }
  return out;
}

}  // namespace tunesmith::services::sagemaker_metrics
