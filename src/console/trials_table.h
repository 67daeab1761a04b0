// SPDX-License-Identifier: Apache-2.0
//
// The trials of a tuning job as a table for other programs: comma-separated values, or columns with
// types, of which algorithms/parquet makes a Parquet file. Both have the same columns. Pure
// functions.
#pragma once

#include "orchestration/tuning_spec.h"
#include "store/records.h"

#include <string>
#include <vector>

namespace tunesmith::console {

/// A header line and one line a trial, RFC 4180; times in ISO 8601.
std::string print_trials_csv(const std::vector<store::TrainingJob>& trials,
                             const orchestration::TuningSpec& spec);

/// As algorithms::parquet::write() takes it; hyperparameters have the types of their ranges.
std::string print_trials_columns(const std::vector<store::TrainingJob>& trials,
                                 const orchestration::TuningSpec& spec);

}  // namespace tunesmith::console
