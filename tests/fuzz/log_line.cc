// SPDX-License-Identifier: Apache-2.0
//
// Expressions of users over the lines that their programs print: the first part is the expression,
// the others are lines.
#include "base/utf8.h"
#include "training/metric_scraper.h"

#include <cmath>
#include <string>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tunesmith::training;  // NOLINT(google-build-using-namespace)
  std::string_view rest = tunesmith::fuzz::text_of(data, size);
  const std::string expression(tunesmith::fuzz::next_part(rest));
  const std::string needed = required_literal(expression);
  auto scraper = MetricScraper::compile({{"m", expression}, {"auc", "auc:([0-9.]+)"}});
  while (!rest.empty()) {
    const std::string line = printable_line(tunesmith::fuzz::next_part(rest));
    TUNESMITH_CHECK(tunesmith::is_valid_utf8(line));
    if (!scraper) continue;
    std::vector<MetricMatch> matches;
    scraper->feed(line, matches);
    for (const MetricMatch& match : matches) {
      TUNESMITH_CHECK(std::isfinite(match.value));
      // A literal that every match is said to hold must be there.
      TUNESMITH_CHECK(match.definition != 0 || line.find(needed) != std::string::npos);
    }
  }
  return 0;
}
