// SPDX-License-Identifier: Apache-2.0
//
// The service's limits: AWS's default quotas, to be raised on people's own machines (`tunesmith
// serve --limit NAME=VALUE`).
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tunesmith::services::sagemaker {

struct Limits {
  std::int64_t max_parallel_trials = 100;
  std::int64_t max_trials = 750;
  std::int64_t max_trials_random = 10000;
  std::int64_t max_live_tuning_jobs = 100;
  std::int64_t max_ranges = 30;
  std::int64_t max_runtime_seconds = 2'419'200;  // of a training job: 28 days
};

/// Sets the limit of that name ("max-trials", ...). kInvalid, with all names, for another one and
/// for a value below 1.
Result<void> set_limit(Limits& limits, std::string_view name, std::int64_t value);
/// "max-trials=750, ...": the names with AWS's values, for people.
std::string describe_limits();

}  // namespace tunesmith::services::sagemaker
