// SPDX-License-Identifier: Apache-2.0
//
// The CloudWatch Logs operations that this server answers: reading the logs of what it runs.
// Nothing is written through this interface. One function and one file each.
#pragma once

#include "aws/operation_table.h"
#include "services/logs/log_source.h"

#include "tunesmith/api/logs/operations.h"

#include <vector>

namespace tunesmith::services::logs {

namespace api = tunesmith::api::logs;
using aws::Outcome;
using aws::RequestContext;

/// All members outlive the operation table.
struct Service {
  std::vector<const LogSource*> sources;
};

void register_operations(aws::OperationTable& table, Service& service);

Outcome<api::DescribeLogGroupsResponse> describe_log_groups(
    Service& service, const RequestContext& context, const api::DescribeLogGroupsRequest& input);
Outcome<api::DescribeLogStreamsResponse> describe_log_streams(
    Service& service, const RequestContext& context, const api::DescribeLogStreamsRequest& input);
Outcome<api::FilterLogEventsResponse> filter_log_events(Service& service,
                                                        const RequestContext& context,
                                                        const api::FilterLogEventsRequest& input);
Outcome<api::GetLogEventsResponse> get_log_events(Service& service, const RequestContext& context,
                                                  const api::GetLogEventsRequest& input);

}  // namespace tunesmith::services::logs
