// SPDX-License-Identifier: Apache-2.0
#include "services/cloudwatch/statistics.h"

#include <gtest/gtest.h>

namespace tunesmith::services::cloudwatch {
namespace {

store::MetricSample at(std::int64_t seconds, double value, const std::string& unit = "None") {
  return {from_millis(seconds * 1000), 1, value, value, value, unit};
}

TEST(Statistics, PeriodsBeginAtMultiplesOfTheirLength) {
  const auto periods =
      group({at(59, 1), at(60, 2), at(119, 4), at(300, 8)}, std::chrono::seconds(60), std::nullopt);
  ASSERT_EQ(periods.size(), 3U);
  EXPECT_EQ(to_millis(periods[0].time), 0);
  EXPECT_EQ(to_millis(periods[1].time), 60'000);
  EXPECT_EQ(statistic(periods[1], "Average"), 3);
  EXPECT_EQ(statistic(periods[1], "SampleCount"), 2);
  EXPECT_EQ(statistic(periods[1], "Sum"), 6);
  EXPECT_EQ(statistic(periods[1], "Minimum"), 2);
  EXPECT_EQ(statistic(periods[1], "Maximum"), 4);
}

TEST(Statistics, SamplesOfOtherUnitsAreLeftOut) {
  const auto periods = group({at(1, 1, "Bytes"), at(2, 5, "Percent")}, std::chrono::seconds(60),
                             std::optional<std::string>("Percent"));
  ASSERT_EQ(periods.size(), 1U);
  EXPECT_EQ(statistic(periods[0], "Maximum"), 5);
}

TEST(Statistics, PercentilesNeedTheValuesThemselves) {
  std::vector<store::MetricSample> samples;
  for (int i = 1; i <= 100; ++i) samples.push_back(at(1, i));
  const auto periods = group(samples, std::chrono::seconds(60), std::nullopt);
  EXPECT_EQ(statistic(periods[0], "p50"), 50);
  EXPECT_EQ(statistic(periods[0], "p99.5"), 100);
  const Period summed{{}, "None", {{from_millis(0), 3, 6, 1, 3, "None"}}};
  EXPECT_EQ(statistic(summed, "p50"), std::nullopt);
  EXPECT_EQ(statistic(summed, "Average"), 2);
  EXPECT_FALSE(percentile_of("p101"));
  EXPECT_FALSE(percentile_of("tm99"));
}

}  // namespace
}  // namespace tunesmith::services::cloudwatch
