// SPDX-License-Identifier: Apache-2.0
//
// The JSONPath of a batch transform over a CSV record, divided by NUL.
#include "inference/column_filter.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::inference;  // NOLINT(google-build-using-namespace)
  std::string_view rest = tunesmith::fuzz::text_of(data, size);
  const auto filter = ColumnFilter::parse(tunesmith::fuzz::next_part(rest));
  std::size_t length = csv_cells(rest).size();
  for (const std::string_view cell : csv_cells(rest)) length += cell.size();
  TUNESMITH_CHECK(length <= rest.size() + 1);
  if (filter && filter->keeps_all()) TUNESMITH_CHECK(filter->apply(rest) == rest);
  if (filter) (void)filter->apply(rest);
  return 0;
}
