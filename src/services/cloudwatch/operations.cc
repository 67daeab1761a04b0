// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/operations.h"

namespace tunesmith::services::cloudwatch {
namespace {

template <class Op>
void add(aws::OperationTable& table, Service& service,
         Outcome<typename Op::Output> (*function)(Service&, const RequestContext&,
                                                  const typename Op::Input&)) {
  table.add<Op>([&service, function](RequestContext& context, typename Op::Input& input) {
    return function(service, context, input);
  });
}

}  // namespace

void register_operations(aws::OperationTable& table, Service& service) {
  add<api::GetMetricData>(table, service, get_metric_data);
  add<api::GetMetricStatistics>(table, service, get_metric_statistics);
  add<api::ListMetrics>(table, service, list_metrics);
  add<api::PutMetricData>(table, service, put_metric_data);
}

}  // namespace tunesmith::services::cloudwatch
