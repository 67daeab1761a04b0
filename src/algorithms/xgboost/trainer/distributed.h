// SPDX-License-Identifier: Apache-2.0
//
// A training on several instances, as processes of this machine: each reads the share of the data
// that its instance would get, all build one model together (collective.h). The counterpart of
// trial_process.h, for jobs that no host serves; one instance is one of them, too.
#pragma once

#include "algorithms/xgboost/trainer/input_files.h"
#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/result.h"

#include <functional>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// The names in ROOT/input/config/resourceconfig.json: "algo-1", ...; one when there is none.
Result<std::vector<std::string>> read_hosts(const std::string& root);

/// What each of `hosts` instances gets: of a channel that is ShardedByS3Key every hosts-th file, of
/// others all.
std::vector<JobInput> share_out(const JobInput& input, std::size_t hosts);

struct ConfinedJobOptions {
  std::string root;  // absolute
  std::vector<std::string> hosts;
  int threads = 1;  // of all workers together
  std::function<bool()> should_stop;
};

/// Trains, confined, and returns an exit status of job.h. The caller has one thread and is of no
/// other use afterwards. Several hosts are as many workers; those that have no data of a channel
/// are left out, as the container does it; one that is left trains alone. A worker that fails ends
/// all; when this returns, none is left.
int run_confined_job(const Library& library, const ConfinedJobOptions& options);

}  // namespace tunesmith::algorithms::xgboost
