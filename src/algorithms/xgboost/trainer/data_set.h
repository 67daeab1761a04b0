// SPDX-License-Identifier: Apache-2.0
//
// The parsed channels of a training job: what a trial trains on and is measured by. Loaded once,
// then read only; many trials (forks) may share one.
#pragma once

#include "algorithms/xgboost/trainer/input_files.h"
#include "algorithms/xgboost/trainer/model.h"
#include "algorithms/xgboost/trainer/parquet_channels.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {

struct DataSet {
  Matrix matrix;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t entries = 0;  // stored values
  bool grouped = false;     // has ranking groups
  std::vector<float> labels;
  std::vector<float> weights;  // rows, or none
  /// rows * columns, NaN where missing: of validation data that came dense; else none.
  std::vector<float> features;
};

struct TrainingData {
  DataSet train;
  std::optional<DataSet> validation;
  std::size_t memory_bytes = 0;  // about what the library holds
};

/// Parses the files and hands them to the library; `parquet` has the channels in that format.
/// kInvalid with the container's text for data it would refuse; kInternal for files that cannot be
/// read.
Result<TrainingData> load_training_data(const Library& library, const JobInput& input,
                                        const ParquetChannels& parquet, bool csv_weights);

/// The bytes of all files of the channels.
std::size_t input_bytes(const JobInput& input);

/// What distinguishes how the library bins a matrix.
struct Binning {
  std::string booster;      // "gbtree", ...
  std::string tree_method;  // "hist", ...
  std::string max_bin;

  static Binning of(const std::map<std::string, std::string>& hyperparameters);
  bool operator==(const Binning&) const = default;
};

/// Runs one throwaway round with one thread, so that the library caches the binned form in the
/// matrix and every later round, in this process or a fork of it, starts at once.
Result<void> warm_up(const Library& library, const TrainingData& data, const Binning& binning);

}  // namespace tunesmith::algorithms::xgboost
