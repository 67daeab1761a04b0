// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/dynamic_label.h"

#include <gtest/gtest.h>

namespace tunesmith::services::cloudwatch {
namespace {

const store::MetricSeries kSeries{"us-east-1", "own", "loss", {{"run", "a"}}};

std::string label(std::string_view text,
                  std::vector<std::pair<Timestamp, double>> datapoints = {
                      {from_millis(0), 2}, {from_millis(60'000), 0.5}, {from_millis(120'000), 1}}) {
  return dynamic_label(text, {kSeries, "123456789012", "Average", 60, std::move(datapoints)});
}

TEST(DynamicLabel, TellsTheMetricsProperties) {
  EXPECT_EQ(label("${LABEL}|${PROP('MetricName')}|${PROP('Namespace')}"), "loss|loss|own");
  EXPECT_EQ(label("${PROP('Stat')}/${PROP('Period')}/${PROP('Region')}"), "Average/60/us-east-1");
  EXPECT_EQ(label("run ${PROP('Dim.run')}, ${PROP('Dim.other')}"), "run a, --");
}

TEST(DynamicLabel, TellsTheValuesOfTheDatapoints) {
  EXPECT_EQ(label("${MIN} ${MAX} ${FIRST} ${LAST} ${DATAPOINT_COUNT}"), "0.5 2.0 2.0 1.0 3");
  EXPECT_EQ(label("${SUM} ${MIN_MAX_RANGE}"), "3.5 1.5");
  EXPECT_EQ(label("${AVG}", {{from_millis(0), 1}, {from_millis(1), 2}}), "1.5");
  EXPECT_EQ(label("${MIN_TIME}"), "1970-01-01T00:01:00.000Z");
  EXPECT_EQ(label("${MAX} ${LAST_TIME} ${DATAPOINT_COUNT}", {}), "-- -- 0");
}

TEST(DynamicLabel, OtherTextStaysAsItIs) {
  EXPECT_EQ(label("loss"), "loss");
  EXPECT_EQ(label("${NOBODY} ${PROP('')} $5 ${MAX"), "${NOBODY} ${PROP('')} $5 ${MAX");
}

}  // namespace
}  // namespace tunesmith::services::cloudwatch
