// SPDX-License-Identifier: Apache-2.0
//
// The SageMaker Metrics operations that this server answers: metrics that training code puts.
#pragma once

#include "aws/operation_table.h"
#include "base/clock.h"
#include "store/metric_log.h"

#include "tunesmith/api/sagemaker_metrics/operations.h"

namespace tunesmith::services::sagemaker_metrics {

namespace api = tunesmith::api::sagemaker_metrics;

/// All members outlive the operation table.
struct Service {
  store::MetricLog& metrics;
  const Clock& clock;
};

void register_operations(aws::OperationTable& table, Service& service);

aws::Outcome<api::BatchPutMetricsResponse> batch_put_metrics(
    Service& service, const aws::RequestContext& context, const api::BatchPutMetricsRequest& input);

}  // namespace tunesmith::services::sagemaker_metrics
