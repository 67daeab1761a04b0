// SPDX-License-Identifier: Apache-2.0
//
// Training data as libsvm text.
#include "algorithms/xgboost/trainer/libsvm_reader.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::algorithms::xgboost;  // NOLINT(google-build-using-namespace)
  Table table;
  const auto read = read_libsvm(tunesmith::fuzz::text_of(data, size), "f", table);
  if (read) TUNESMITH_CHECK(table.labels.size() == table.rows);
  return 0;
}
