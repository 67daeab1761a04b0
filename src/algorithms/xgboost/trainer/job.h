// SPDX-License-Identifier: Apache-2.0
//
// The container's contract around one training: read ROOT/input, train, write
// ROOT/model/xgboost-model or ROOT/output/failure, log to standard output. Runs in a process of its
// own.
#pragma once

#include "algorithms/xgboost/trainer/collective.h"
#include "algorithms/xgboost/trainer/data_set.h"
#include "algorithms/xgboost/trainer/xgboost_library.h"

#include <functional>
#include <string>

namespace tunesmith::algorithms::xgboost {

struct JobOptions {
  std::string root;
  int threads = 1;
  const TrainingData* data = nullptr;  // already loaded, or null: the job loads its own
  /// The channels in Parquet, when the job loads its own and can start no program any more.
  const ParquetChannels* parquet = nullptr;
  /// Of a worker among several: its share of the input, its name, the others; else null.
  const JobInput* input = nullptr;
  std::string host;
  Collective* collective = nullptr;
  std::function<bool()> should_stop;
};

/// Exit statuses of a job.
inline constexpr int kJobSucceeded = 0;
inline constexpr int kJobFailed = 1;
inline constexpr int kJobTerminated = 143;  // stopped before its end, no model kept

int run_job(const Library& library, const JobOptions& options);

/// Writes the failure text of a job, and returns kJobFailed. `keep`: unless there is one already,
/// from a worker that failed before and may have caused this.
int fail_job(const std::string& root, const Error& error, bool keep = false);

/// What the log's informational lines look like: "[2026-11-24:22:10:11:INFO] text".
void log_line(const std::string& text);

}  // namespace tunesmith::algorithms::xgboost
