// SPDX-License-Identifier: Apache-2.0
//
// Training data and rows to predict as CSV, with every delimiter.
#include "algorithms/xgboost/trainer/csv_reader.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::algorithms::xgboost;  // NOLINT(google-build-using-namespace)
  const std::string_view text = tunesmith::fuzz::text_of(data, size);
  const auto delimiter = sniff_delimiter(first_line(text));
  for (const CsvLayout layout :
       {CsvLayout::kFeatures, CsvLayout::kLabel, CsvLayout::kLabelAndWeight}) {
    Table table;
    if (!read_csv(text, "f", delimiter.value_or(','), layout, table)) continue;
    TUNESMITH_CHECK(layout == CsvLayout::kFeatures || table.labels.size() == table.rows);
    TUNESMITH_CHECK(table.dense.size() == table.rows * table.columns);
    TUNESMITH_CHECK(layout != CsvLayout::kLabelAndWeight || table.weights.size() == table.rows);
  }
  return 0;
}
