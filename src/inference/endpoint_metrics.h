// SPDX-License-Identifier: Apache-2.0
//
// The metrics of endpoints, as CloudWatch has them: what came of their requests (AWS/SageMaker) and
// what their processes use (/aws/sagemaker/Endpoints). Requests are counted in memory, by variant
// and minute; a thread of this object writes full minutes to the metric log, and the destructor
// what is left. A variant's first counts are written soon, so that its series can be found. A crash
// loses at most the last minute. Thread safe.
#pragma once

#include "base/clock.h"
#include "base/process_usage.h"
#include "store/metric_log.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "inference/invocation_counts.h"
#include "inference/predictor_process.h"

namespace tunesmith::inference {

inline constexpr std::string_view kInvocationSpace = "AWS/SageMaker";
inline constexpr std::string_view kEndpointHostSpace = "/aws/sagemaker/Endpoints";

/// A variant of an endpoint, as its series name it.
struct VariantName {
  std::string region, endpoint, variant;
  auto operator<=>(const VariantName&) const = default;
};

class EndpointMetrics {
 public:
  /// `folder`: the disk under it is the endpoints'.
  EndpointMetrics(store::MetricLog& log, const Clock& clock, std::filesystem::path folder);
  ~EndpointMetrics();

  void record(const VariantName& variant, const InvocationFacts& facts);
  /// Looks at what the process uses once a minute for as long as it is there.
  void watch(const VariantName& variant, const std::shared_ptr<const PredictorProcess>& process);

  /// The samples of a series of the two namespaces, in [from, until): the log's, and those that are
  /// not written yet.
  Result<std::vector<store::MetricSample>> samples(const store::MetricSeries& series,
                                                   Timestamp from, Timestamp until) const;

 private:
  using Batch = std::vector<std::pair<store::MetricSeries, std::vector<store::MetricSample>>>;
  using SteadyTime = std::chrono::steady_clock::time_point;
  enum class Part { kNew, kFullMinutes, kAll };

  struct Watched {
    VariantName variant;
    std::weak_ptr<const PredictorProcess> process;
    double cpu_seconds = 0;  // until `last`
    SteadyTime last;
    bool is_new = true;
  };

  void work();
  void write(Part part);
  Batch take_counts(Part part);
  void add_usage(Part part, Batch& batch);
  void write_soon();

  store::MetricLog& log_;
  const Clock& clock_;
  const std::filesystem::path folder_;

  // Held while counts move to the log, so that a reader meets them in one place; taken before
  // mutex_.
  mutable std::mutex moving_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::map<VariantName, std::map<Timestamp, InvocationCounts>> counts_;  // by the minute's start
  std::set<VariantName> known_;  // whose series are in the log
  std::vector<Watched> watched_;
  std::optional<SteadyTime> soon_;  // when what is new is to be written
  bool stopping_ = false;

  std::thread writer_;
};

}  // namespace tunesmith::inference
