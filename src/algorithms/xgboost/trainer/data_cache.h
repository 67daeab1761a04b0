// SPDX-License-Identifier: Apache-2.0
//
// The data sets a trainer host holds, parsed and binned, least recently used dropped first. One
// thread. A child forked while an entry is here may use it for its whole life, whatever is dropped
// later in the host.
#pragma once

#include "algorithms/xgboost/trainer/data_set.h"

#include <cstddef>
#include <list>
#include <string>

namespace tunesmith::algorithms::xgboost {

class DataCache {
 public:
  DataCache(const Library& library, std::size_t byte_limit)
      : library_(library), byte_limit_(byte_limit) {}

  /// The data of a job, loaded if need be. Null when it cannot be loaded (the trial will say why)
  /// or would not fit: then the trial loads its own.
  const TrainingData* get(const JobInput& input);

  std::size_t bytes() const { return bytes_; }
  std::size_t count() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    TrainingData data;
  };
  const Library& library_;
  std::size_t byte_limit_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
};

/// Equal keys: the same bytes, read and binned the same way.
std::string cache_key(const JobInput& input);

}  // namespace tunesmith::algorithms::xgboost
