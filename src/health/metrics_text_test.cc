// SPDX-License-Identifier: Apache-2.0
#include "health/metrics_text.h"

#include <gtest/gtest.h>

namespace tunesmith::health {
namespace {

using namespace std::chrono_literals;

TEST(MetricsText, EscapesLabelsAndKeepsLargeCountsWhole) {
  MetricsText text;
  text.family("jobs", "gauge", "Jobs.");
  text.sample({{"name", "a\"b\\c\nd"}}, 123456789012.0);
  text.sample(0.5);
  EXPECT_EQ(text.take(),
            "# HELP jobs Jobs.\n# TYPE jobs gauge\n"
            "jobs{name=\"a\\\"b\\\\c\\nd\"} 123456789012\n"
            "jobs 0.5\n");
}

TEST(MetricsText, BucketsOfAHistogramAreCumulativeAndInclusive) {
  Histogram histogram;
  histogram.observe(250us);  // on a bound: belongs below it
  histogram.observe(3ms);
  histogram.observe(60s);
  MetricsText text;
  text.family("t", "histogram", "T.");
  text.histogram({{"op", "x"}}, histogram.snapshot());
  const std::string page = text.take();
  EXPECT_NE(page.find("t_bucket{op=\"x\",le=\"0.00025\"} 1\n"), std::string::npos) << page;
  EXPECT_NE(page.find("t_bucket{op=\"x\",le=\"0.005\"} 2\n"), std::string::npos) << page;
  EXPECT_NE(page.find("t_bucket{op=\"x\",le=\"10\"} 2\n"), std::string::npos) << page;
  EXPECT_NE(page.find("t_bucket{op=\"x\",le=\"+Inf\"} 3\n"), std::string::npos) << page;
  EXPECT_NE(page.find("t_count{op=\"x\"} 3\n"), std::string::npos) << page;
  EXPECT_NE(page.find("t_sum{op=\"x\"} 60.00325\n"), std::string::npos) << page;
}

}  // namespace
}  // namespace tunesmith::health
