// SPDX-License-Identifier: Apache-2.0
//
// What a training job used of its machine, as the metrics that SageMaker has of an instance. Thread
// safe.
#pragma once

#include "store/records.h"
#include "training/runner_protocol.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace tunesmith::training {

/// CPUUtilization (percent of one core over the algorithm's time), MemoryUtilization (percent of
/// the machine's memory at the peak), DiskUtilization (percent of the disk of `folder` now), at the
/// end of the attempt, after those that the runner reports while it runs (runner/usage.h); the step
/// is milliseconds since the algorithm's start. None for an attempt whose algorithm never ran.
std::vector<store::MetricPoint> host_metrics(const Outcome& outcome,
                                             const std::filesystem::path& folder);

/// Whether a metric of a training job is one of these, and no metric of its algorithm.
bool is_host_metric(std::string_view name);

}  // namespace tunesmith::training
