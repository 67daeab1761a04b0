// SPDX-License-Identifier: Apache-2.0
//
// Our own trainer alone: given configurations, trained as forks of one loaded data set and packed
// on the cores longest first. The yardstick for what the service around it costs.
#pragma once

#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/result.h"

#include <string>

namespace tunesmith::algorithms::xgboost {

struct BenchOptions {
  std::string train_path;
  std::string validation_path;
  std::string configs_path;  // a JSON list of hyperparameter objects
  int lanes = 2;
};

/// Prints one JSON object: the seconds of loading and of both passes, and for each configuration
/// its seconds, processor seconds and last metrics. The first pass, in the order given, measures
/// how long each takes; the second packs them longest first by that.
Result<void> run_bench(const Library& library, const BenchOptions& options);

}  // namespace tunesmith::algorithms::xgboost
