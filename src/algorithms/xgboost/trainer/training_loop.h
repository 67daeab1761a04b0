// SPDX-License-Identifier: Apache-2.0
//
// One training: rounds of boosting, metrics after each, early stopping, the finished model. The
// inner part of a trial; it knows no files but the data handed to it.
#pragma once

#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/trainer/checkpoints.h"
#include "algorithms/xgboost/trainer/collective.h"
#include "algorithms/xgboost/trainer/data_set.h"
#include "algorithms/xgboost/trainer/model.h"
#include "algorithms/xgboost/trainer/round_metrics.h"
#include "base/result.h"

#include <csignal>
#include <functional>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {

struct TrainOptions {
  int threads = 1;
  /// Called with each metric line, "[3]\ttrain-auc:0.81234\tvalidation-auc:0.78123". May be empty.
  std::function<void(const std::string&)> log;
  /// Asked after each round; true ends the training with the rounds done so far. May be empty.
  std::function<bool()> should_stop;
  /// Where the model is kept (see CheckpointPace) and gone on from; null: nowhere. A resumed
  /// training ends as one that was never interrupted, unless it draws rows or columns: the state of
  /// the draws is the library's own, and they begin anew.
  const Checkpoints* checkpoints = nullptr;
  /// Called when the training goes on from a checkpoint. May be empty.
  std::function<void(const Checkpoints::Checkpoint&)> resumed;
  /// The other workers, each of which trains with the same settings on data of its own; null: there
  /// are none. The library's metrics are then over the data of all; the container's are the means
  /// of the workers' values, as there. All stop when one should; the first keeps the checkpoints.
  Collective* collective = nullptr;
};

struct Trained {
  Booster booster;
  int rounds = 0;                 // done
  bool stopped = false;           // because should_stop said so
  std::vector<MetricValue> last;  // of the last round: "train-auc", ..., "validation-auc", ...
};

/// Trains with validated hyperparameters. kInvalid: the user's fault, with the text the container
/// gives; kInternal: the library refused.
Result<Trained> train(const Library& library, const HyperparameterSet& parameters,
                      const TrainingData& data, const TrainOptions& options);

}  // namespace tunesmith::algorithms::xgboost
