// SPDX-License-Identifier: Apache-2.0
#include "inference/invocation_counts.h"

#include <algorithm>
#include <cmath>

namespace tunesmith::inference {
namespace {

constexpr int kBucketsPerDoubling = 8;

int bucket_of(double microseconds) {
  return static_cast<int>(std::floor(std::log2(std::max(microseconds, 1.0)) * kBucketsPerDoubling));
}

store::MetricSample repeated(Timestamp time, double count, double value,
                             const std::string& unit = "None") {
  return {time, count, count * value, value, value, unit};
}

/// One for each request: 1 for those that went so, 0 for the others.
std::vector<store::MetricSample> shares(Timestamp time, double all, double some) {
  std::vector<store::MetricSample> out;
  if (all > some) out.push_back(repeated(time, all - some, 0));
  if (some > 0) out.push_back(repeated(time, some, 1));
  return out;
}

}  // namespace

void Durations::add(std::chrono::nanoseconds duration) {
  const double value = std::max(0.0, std::round(static_cast<double>(duration.count()) / 1000));
  least_ = buckets_.empty() ? value : std::min(least_, value);
  greatest_ = buckets_.empty() ? value : std::max(greatest_, value);
  Bucket& bucket = buckets_[bucket_of(value)];
  ++bucket.count;
  bucket.sum += value;
}

std::vector<store::MetricSample> Durations::samples(Timestamp time) const {
  const std::string unit = "Microseconds";
  std::vector<store::MetricSample> out;
  auto rest = buckets_;
  // The extremes are told by themselves, the others as the mean of their bucket.
  for (const double extreme : {least_, greatest_}) {
    const auto bucket = rest.find(bucket_of(extreme));
    if (bucket == rest.end() || bucket->second.count < 1) continue;
    --bucket->second.count;
    bucket->second.sum -= extreme;
    out.push_back(repeated(time, 1, extreme, unit));
  }
  for (const auto& [index, bucket] : rest) {
    if (bucket.count < 1) continue;
    const double mean = bucket.sum / bucket.count;
    out.push_back({time, bucket.count, bucket.sum, mean, mean, unit});
  }
  return out;
}

void InvocationCounts::add(const InvocationFacts& facts) {
  ++requests_;
  per_instance_ += 1 / static_cast<double>(std::max<std::int64_t>(facts.instances, 1));
  if (facts.status >= 400 && facts.status < 500) ++client_errors_;
  if (facts.status >= 500) ++server_errors_;
  if (facts.status < 200 || facts.status >= 300) ++errors_;
  model_.add(facts.model);
  overhead_.add(facts.overhead);
}

std::vector<InvocationCounts::Metric> InvocationCounts::metrics(Timestamp time) const {
  if (requests_ < 1) return {};
  // How many instances there were may have changed within the minute.
  const double mean = per_instance_ / requests_;
  return {
      {"Invocations", {repeated(time, requests_, 1)}},
      {"InvocationsPerInstance", {{time, requests_, per_instance_, mean, mean, "None"}}},
      {"Invocation4XXErrors", shares(time, requests_, client_errors_)},
      {"Invocation5XXErrors", shares(time, requests_, server_errors_)},
      {"InvocationModelErrors", shares(time, requests_, errors_)},
      {"ModelLatency", model_.samples(time)},
      {"OverheadLatency", overhead_.samples(time)},
  };
}

}  // namespace tunesmith::inference
