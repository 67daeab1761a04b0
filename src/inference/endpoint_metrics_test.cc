// SPDX-License-Identifier: Apache-2.0
#include "inference/endpoint_metrics.h"

#include <gtest/gtest.h>

#include <atomic>

namespace tunesmith::inference {
namespace {

using namespace std::chrono_literals;

class SetClock final : public Clock {
 public:
  Timestamp now() const override { return from_millis(now_ms); }
  std::atomic<std::int64_t> now_ms = 1'000'020'000;  // 20 seconds into a minute
};

/// Sums what is added, by series.
class Log final : public store::MetricLog {
 public:
  Result<void> add(
      const std::vector<std::pair<store::MetricSeries, std::vector<store::MetricSample>>>& samples,
      Timestamp) override {
    const std::lock_guard lock(mutex);
    for (const auto& [series, values] : samples) {
      auto& kept = all[series.space + " " + series.name];
      kept.insert(kept.end(), values.begin(), values.end());
    }
    return {};
  }
  Result<std::vector<store::MetricSample>> samples(const store::MetricSeries& series, Timestamp,
                                                   Timestamp) const override {
    const std::lock_guard lock(mutex);
    const auto at = all.find(series.space + " " + series.name);
    return at == all.end() ? std::vector<store::MetricSample>() : at->second;
  }
  Result<store::SeriesPage> series(const store::SeriesQuery&) const override {
    return store::SeriesPage{};
  }
  Result<void> forget(Timestamp) override { return {}; }

  mutable std::mutex mutex;
  std::map<std::string, std::vector<store::MetricSample>> all;
};

double requests_of(const EndpointMetrics& metrics) {
  double sum = 0;
  const store::MetricSeries series{
      "us-east-1", "AWS/SageMaker", "Invocations", {{"EndpointName", "e"}, {"VariantName", "v"}}};
  const auto found = metrics.samples(series, from_millis(0), from_millis(INT64_MAX)).value();
  for (const auto& sample : found) sum += sample.sum;
  return sum;
}

TEST(EndpointMetrics, WhatIsNotWrittenYetIsReadOnce) {
  Log log;
  SetClock clock;
  const VariantName variant{"us-east-1", "e", "v"};
  {
    EndpointMetrics metrics(log, clock, "/");
    for (int i = 1; i <= 300; ++i) {
      metrics.record(variant, {.status = 200, .model = 1ms});
      if (i % 100 == 0) clock.now_ms += 60'000;
      ASSERT_EQ(requests_of(metrics), i);
    }
    metrics.record({"us-east-1", "other", "v"}, {.status = 200});
    ASSERT_EQ(requests_of(metrics), 300);
    // The first counts are written soon, and then they are not there twice.
    for (int i = 0;
         i < 300 && log.samples({"", "AWS/SageMaker", "Invocations", {}}, {}, {})->empty(); ++i)
      std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(log.samples({"", "AWS/SageMaker", "Invocations", {}}, {}, {})->empty());
    metrics.record(variant, {.status = 500});
  }
  double written = 0;
  for (const auto& sample : log.all["AWS/SageMaker Invocations"]) {
    EXPECT_EQ(to_millis(sample.time) % 60'000, 0);
    written += sample.sum;
  }
  EXPECT_EQ(written, 302) << "the end writes the rest";
}

}  // namespace
}  // namespace tunesmith::inference
