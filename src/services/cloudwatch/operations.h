// SPDX-License-Identifier: Apache-2.0
//
// The CloudWatch operations that this server answers: metrics of training jobs and endpoints, and
// those that clients put. One function and one file each.
#pragma once

#include "aws/operation_table.h"
#include "base/clock.h"
#include "store/metric_log.h"
#include "store/store.h"

#include "tunesmith/api/cloudwatch/operations.h"

#include "inference/endpoint_metrics.h"

namespace tunesmith::services::cloudwatch {

namespace api = tunesmith::api::cloudwatch;
using aws::Outcome;
using aws::RequestContext;

/// All members outlive the operation table.
struct Service {
  const store::Store& store;
  store::MetricLog& metrics;
  const inference::EndpointMetrics& endpoint_metrics;
  const Clock& clock;
};

void register_operations(aws::OperationTable& table, Service& service);

Outcome<api::GetMetricDataOutput> get_metric_data(Service& service, const RequestContext& context,
                                                  const api::GetMetricDataInput& input);
Outcome<api::GetMetricStatisticsOutput> get_metric_statistics(
    Service& service, const RequestContext& context, const api::GetMetricStatisticsInput& input);
Outcome<api::ListMetricsOutput> list_metrics(Service& service, const RequestContext& context,
                                             const api::ListMetricsInput& input);
Outcome<aws::NoOutput> put_metric_data(Service& service, const RequestContext& context,
                                       const api::PutMetricDataInput& input);

}  // namespace tunesmith::services::cloudwatch
