// SPDX-License-Identifier: Apache-2.0
//
// Rows of a channel as they come from a reader, before XGBoost has them: labels, weights, features.
// Dense tables (CSV) and sparse ones (libsvm) are kept apart, because the library takes each as it
// is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tunesmith::algorithms::xgboost {

struct Table {
  bool sparse = false;
  std::size_t rows = 0;
  std::size_t columns = 0;  // features

  std::vector<float> dense;  // rows * columns, row by row; NaN where a value is missing

  std::vector<std::uint64_t> row_offsets;  // sparse: rows + 1
  std::vector<std::uint32_t> column_indices;
  std::vector<float> values;

  std::vector<float> labels;               // rows
  std::vector<float> weights;              // rows, or none
  std::vector<std::uint32_t> group_sizes;  // ranking groups in row order, or none
};

}  // namespace tunesmith::algorithms::xgboost
