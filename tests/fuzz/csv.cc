// SPDX-License-Identifier: Apache-2.0
//
// Training data as CSV, with every delimiter and with weights or not.
#include "algorithms/xgboost/trainer/csv_reader.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::algorithms::xgboost;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  const auto delimiter = sniff_delimiter(first_line(text));
  for (const bool weights : {false, true}) {
    Table table;
    if (!read_csv(text, "f", delimiter.value_or(','), weights, table)) continue;
    TUNESMITH_CHECK(table.labels.size() == table.rows);
    TUNESMITH_CHECK(table.dense.size() == table.rows * table.columns);
    TUNESMITH_CHECK(!weights || table.weights.size() == table.rows);
  }
  return 0;
}
