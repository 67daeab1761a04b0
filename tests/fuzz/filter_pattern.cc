// SPDX-License-Identifier: Apache-2.0
//
// Filter patterns of CloudWatch Logs over log lines: a pattern and a message, divided by NUL.
#include "services/logs/filter_pattern.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = tunesmith::fuzz::text_of(data, size);
  const auto pattern =
      tunesmith::services::logs::FilterPattern::parse(tunesmith::fuzz::next_part(rest));
  if (pattern) (void)pattern->matches(rest);
  return 0;
}
