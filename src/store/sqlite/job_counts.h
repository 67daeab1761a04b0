// SPDX-License-Identifier: Apache-2.0
//
// How many jobs of each kind are in each status, over all regions: for monitoring. Thread safe.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tunesmith::store {

class Database;

struct JobCount {
  std::string kind;    // "training", "tuning"
  std::string status;  // "InProgress", ...
  std::int64_t count = 0;
};

/// Statuses that no job is in are left out. Deleted jobs are not counted.
Result<std::vector<JobCount>> count_jobs(const Database& database);

}  // namespace tunesmith::store
