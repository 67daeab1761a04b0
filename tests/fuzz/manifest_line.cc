// SPDX-License-Identifier: Apache-2.0
//
// A line of an augmented manifest, after the names of two attributes, divided by NUL.
#include "training/manifest_line.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::training;  // NOLINT(google-build-using-namespace)
  std::string_view line = tunesmith::fuzz::text_of(data, size);
  const std::string first(tunesmith::fuzz::next_part(line));
  const std::string second(tunesmith::fuzz::next_part(line));
  const auto values = attribute_values(line, {first, second});
  if (!values) return 0;
  TUNESMITH_CHECK(values->size() == 2);
  // No value is longer than its line, escapes in it and all.
  for (const auto& value : *values) TUNESMITH_CHECK(value.size() <= 6 * line.size());
  return 0;
}
