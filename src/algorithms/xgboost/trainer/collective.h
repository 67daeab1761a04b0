// SPDX-License-Identifier: Apache-2.0
//
// The workers of one training, joined by XGBoost's own collective: a tracker, which brings them
// together over TCP on this machine, and each worker's end. All workers must make the same calls in
// the same order, since each call waits for all. At most one a process.
#pragma once

#include "algorithms/xgboost/trainer/xgboost_library.h"
#include "base/result.h"

#include <functional>
#include <string>

namespace tunesmith::algorithms::xgboost {

/// Runs the tracker of that many workers, until all have left. `started` gets what join() takes.
Result<void> run_tracker(const Library& library, int workers,
                         const std::function<Result<void>(const std::string&)>& started);

class Collective {
 public:
  /// Waits until all have joined. `rank`: this worker's number, from 0.
  static Result<Collective> join(const Library& library, const std::string& tracker, int rank,
                                 int workers);

  int rank() const { return rank_; }
  int workers() const { return workers_; }

  /// The mean of the workers' values; whether one of them says true. After a failure, which
  /// status() tells, the own value; true.
  double mean(double value);
  bool any(bool value);
  const Result<void>& status() const { return status_; }

  /// Says that this worker is done, and waits until all are.
  Result<void> leave();

 private:
  Collective(const Library& library, int rank, int workers)
      : library_(&library), rank_(rank), workers_(workers) {}

  bool reduce(void* value, int type, int operation);

  const Library* library_;
  int rank_;
  int workers_;
  Result<void> status_;
};

}  // namespace tunesmith::algorithms::xgboost
