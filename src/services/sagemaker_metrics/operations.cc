// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker_metrics/operations.h"

namespace tunesmith::services::sagemaker_metrics {

void register_operations(aws::OperationTable& table, Service& service) {
  table.add<api::BatchPutMetrics>(
      [&service](aws::RequestContext& context, api::BatchPutMetricsRequest& input) {
        return batch_put_metrics(service, context, input);
      });
}

}  // namespace tunesmith::services::sagemaker_metrics
