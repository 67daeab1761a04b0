// SPDX-License-Identifier: Apache-2.0
#include "services/logs/operations.h"

namespace tunesmith::services::logs {
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
  add<api::DescribeLogGroups>(table, service, describe_log_groups);
  add<api::DescribeLogStreams>(table, service, describe_log_streams);
  add<api::FilterLogEvents>(table, service, filter_log_events);
  add<api::GetLogEvents>(table, service, get_log_events);
}

}  // namespace tunesmith::services::logs
