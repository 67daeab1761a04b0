// SPDX-License-Identifier: Apache-2.0
//
// What an algorithm uses of its machine while it runs, as the metrics that SageMaker has of an
// instance (training/host_metrics.h): every second in the first minute, then every ten. One thread.
#pragma once

#include "training/runner_protocol.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace tunesmith::runner {

class Usage {
 public:
  /// `start_ms`: when the algorithm was started; `folder`: on the disk that is looked at.
  Usage(std::int64_t start_ms, std::filesystem::path folder);

  /// Until the next sample should be taken.
  std::chrono::milliseconds pause(std::int64_t now_ms) const;

  /// CPUUtilization (percent of one core since the last sample), MemoryUtilization and
  /// DiskUtilization now; steps are milliseconds since the start. Nothing for a process that is
  /// not there.
  std::vector<training::MetricPoint> sample(std::int64_t pid, std::int64_t now_ms);

 private:
  const std::int64_t start_ms_;
  const std::filesystem::path folder_;
  std::int64_t last_ms_;
  double cpu_seconds_ = 0;  // until last_ms_
};

}  // namespace tunesmith::runner
