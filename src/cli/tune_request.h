// SPDX-License-Identifier: Apache-2.0
//
// The tuning job that `tunesmith tune` asks for, made from its options: ranges as people write
// them, and what follows from the metric and the algorithm. Pure.
#pragma once

#include "base/result.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace tunesmith::cli {

struct TuneOptions {
  std::vector<std::string> ranges;    // "eta=0..1", "alpha=1e-3..10:log", "booster=gbtree,dart"
  std::vector<std::string> settings;  // "num_round=100": static hyperparameters
  std::string objective;              // "validation:auc"
  std::string strategy = "Bayesian";
  int jobs = 20;
  int parallel = 1;
  int seed = -1;  // below 0: none
};

/// HyperParameterTuningJobConfig and StaticHyperParameters. kInvalid names the option and what it
/// takes.
struct TuneRequest {
  boost::json::object config;
  boost::json::object static_hyperparameters;
};
Result<TuneRequest> make_tune_request(const TuneOptions& options);

/// "text/csv" or "text/libsvm", by the file's ending.
Result<std::string> content_type_of(const std::string& file);

}  // namespace tunesmith::cli
