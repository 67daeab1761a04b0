// SPDX-License-Identifier: Apache-2.0
#include "inference/invocation_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tunesmith::inference {
namespace {

using namespace std::chrono_literals;

struct Sums {
  double count = 0, sum = 0, minimum = 1e300, maximum = -1e300;
};

Sums sums(const InvocationCounts& counts, const std::string& name) {
  Sums out;
  for (const auto& metric : counts.metrics(from_millis(60'000))) {
    if (metric.name != name) continue;
    for (const auto& sample : metric.samples) {
      EXPECT_EQ(sample.time, from_millis(60'000));
      out.count += sample.count;
      out.sum += sample.sum;
      out.minimum = std::min(out.minimum, sample.minimum);
      out.maximum = std::max(out.maximum, sample.maximum);
    }
  }
  return out;
}

TEST(InvocationCounts, EachErrorCountsWhereSageMakerCountsIt) {
  InvocationCounts counts;
  EXPECT_TRUE(counts.metrics(from_millis(0)).empty());
  for (const std::uint32_t status : {200U, 204U, 400U, 415U, 500U, 0U})
    counts.add({.instances = 2, .status = status, .model = 1ms, .overhead = 10us});
  EXPECT_EQ(sums(counts, "Invocations").sum, 6);
  EXPECT_EQ(sums(counts, "InvocationsPerInstance").sum, 3);
  EXPECT_EQ(sums(counts, "Invocation4XXErrors").sum, 2);
  EXPECT_EQ(sums(counts, "Invocation5XXErrors").sum, 1);
  EXPECT_EQ(sums(counts, "InvocationModelErrors").sum, 4);
  for (const char* name : {"Invocations", "Invocation4XXErrors", "InvocationModelErrors"})
    EXPECT_EQ(sums(counts, name).count, 6) << "a request without an error is a 0: " << name;
}

TEST(InvocationCounts, LatenciesKeepTheirSumAndExtremesAndFewSamples) {
  InvocationCounts counts;
  for (int i = 1; i <= 10'000; ++i)
    counts.add({.status = 200, .model = std::chrono::microseconds(200 + i % 400), .overhead = 0ns});
  const Sums model = sums(counts, "ModelLatency");
  EXPECT_EQ(model.count, 10'000);
  EXPECT_NEAR(model.sum, 10'000 * 399.5, 1e-6);
  EXPECT_EQ(model.minimum, 200);
  EXPECT_EQ(model.maximum, 599);
  EXPECT_EQ(sums(counts, "OverheadLatency").maximum, 0);
  for (const auto& metric : counts.metrics(from_millis(0))) {
    EXPECT_LE(metric.samples.size(), 20U) << metric.name;
    for (const auto& sample : metric.samples) EXPECT_EQ(sample.minimum, sample.maximum);
  }
}

TEST(InvocationCounts, OneRequestIsOneLatency) {
  InvocationCounts counts;
  counts.add({.status = 200, .model = 250us, .overhead = 3us});
  EXPECT_EQ(sums(counts, "ModelLatency").count, 1);
  EXPECT_EQ(sums(counts, "ModelLatency").sum, 250);
}

}  // namespace
}  // namespace tunesmith::inference
