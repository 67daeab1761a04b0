// SPDX-License-Identifier: Apache-2.0
#include "health/request_metrics.h"

#include <gtest/gtest.h>

namespace tunesmith::health {
namespace {

using namespace std::chrono_literals;

TEST(RequestMetrics, CountsByOperationAndOutcomeAndPassesEventsOn) {
  struct Next final : aws::AuditTrail {
    void record(const aws::AuditEvent&) override { ++heard; }
    int heard = 0;
  } next;
  RequestMetrics metrics(&next);
  const aws::RequestContext context;
  for (const int status : {200, 204, 404, 500}) {
    metrics.record({.context = context,
                    .service = "s3",
                    .operation = "GetObject",
                    .status = status,
                    .elapsed = 2ms});
  }
  metrics.record({.context = context, .service = {}, .operation = {}, .status = 403});
  EXPECT_EQ(next.heard, 5);
  MetricsText text;
  metrics.write(text);
  const std::string page = text.take();
  const auto has = [&](std::string_view line) {
    EXPECT_NE(page.find(line), std::string::npos) << line << " is not in\n" << page;
  };
  has("tunesmith_requests_total{service=\"s3\",operation=\"GetObject\",outcome=\"success\"} 2\n");
  has("tunesmith_requests_total{service=\"s3\",operation=\"GetObject\",outcome=\"refused\"} 1\n");
  has("tunesmith_requests_total{service=\"s3\",operation=\"GetObject\",outcome=\"failed\"} 1\n");
  has("tunesmith_requests_total{service=\"\",operation=\"\",outcome=\"refused\"} 1\n");
  has("tunesmith_request_duration_seconds_count{service=\"s3\",operation=\"GetObject\"} 4\n");
}

}  // namespace
}  // namespace tunesmith::health
