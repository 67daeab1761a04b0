// SPDX-License-Identifier: Apache-2.0
//
// Training data as RecordIO-protobuf.
#include "algorithms/xgboost/trainer/recordio_reader.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::algorithms::xgboost;  // NOLINT(google-build-using-namespace)
  Table table;
  const auto read = read_recordio(tunesmith::fuzz::text_of(data, size), "f", true, table);
  if (!read) return 0;
  TUNESMITH_CHECK(table.labels.size() == table.rows);
  if (table.sparse) {
    TUNESMITH_CHECK(table.row_offsets.size() == table.rows + 1);
    for (const auto column : table.column_indices) TUNESMITH_CHECK(column < table.columns);
  } else {
    TUNESMITH_CHECK(table.dense.size() == table.rows * table.columns);
  }
  return 0;
}
