// SPDX-License-Identifier: Apache-2.0
//
// The requests of a minute to a variant of an endpoint, summed up as the metrics that SageMaker has
// of them in the namespace AWS/SageMaker. Plain values.
#pragma once

#include "base/clock.h"
#include "store/metric_log.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tunesmith::inference {

/// A request that reached a variant.
struct InvocationFacts {
  std::int64_t instances = 1;  // of the variant
  std::uint32_t status = 0;    // the container's; 0: it did not answer
  std::chrono::nanoseconds model{};
  std::chrono::nanoseconds overhead{};  // of the rest, as far as it is known
};

/// Durations in microseconds. Number, sum, least and greatest are exact; for percentiles they are
/// kept in buckets that are 9 % wide.
class Durations {
 public:
  void add(std::chrono::nanoseconds duration);
  std::vector<store::MetricSample> samples(Timestamp time) const;

 private:
  struct Bucket {
    double count = 0, sum = 0;
  };
  std::map<int, Bucket> buckets_;
  double least_ = 0, greatest_ = 0;
};

class InvocationCounts {
 public:
  void add(const InvocationFacts& facts);

  struct Metric {
    std::string name;
    std::vector<store::MetricSample> samples;
  };
  /// As samples of `time`.
  std::vector<Metric> metrics(Timestamp time) const;

 private:
  double requests_ = 0, per_instance_ = 0, client_errors_ = 0, server_errors_ = 0, errors_ = 0;
  Durations model_, overhead_;
};

}  // namespace tunesmith::inference
