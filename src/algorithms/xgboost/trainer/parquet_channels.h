// SPDX-License-Identifier: Apache-2.0
//
// The channels of a job that are Parquet, converted to tables of floats by the program
// tunesmith-parquet. Apart from loading, because that must be able to start a program, and a trial
// is not once it is confined.
#pragma once

#include "algorithms/xgboost/trainer/input_files.h"
#include "algorithms/xgboost/trainer/table.h"
#include "base/files.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>

namespace tunesmith::algorithms::xgboost {

class ParquetChannels {
 public:
  /// Converts the channels whose content type says so, each to `max_bytes` at most (0: as much as
  /// the machine has memory). Failures are kept for read().
  static ParquetChannels convert(const JobInput& input, std::uint64_t max_bytes);

  /// The rows of a channel: the first column is the label. kInvalid tells what is wrong with the
  /// data; kLimitExceeded that it is too large.
  Result<void> read(const std::string& channel, Table& table) const;

 private:
  std::map<std::string, Result<FileDescriptor>> channels_;
};

}  // namespace tunesmith::algorithms::xgboost
