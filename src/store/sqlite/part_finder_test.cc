// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/part_finder.h"

#include "base/random.h"
#include "base/strings.h"

#include <gtest/gtest.h>

namespace tunesmith::store {
namespace {

TEST(PartFinder, FindsWhatAPlainSearchFinds) {
  Rng rng(1, 1);
  const std::string letters = "abAB-\xc3";
  const auto text_of = [&](std::uint64_t most) {
    std::string text;
    for (std::uint64_t left = rng.below(most + 1); left > 0; --left)
      text += letters[rng.below(letters.size())];
    return text;
  };
  int found = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string part = text_of(5), text = text_of(12);
    const bool is_in = to_lower(text).find(to_lower(part)) != std::string::npos;
    ASSERT_EQ(PartFinder(part).in(text), is_in) << part << " in " << text;
    found += is_in ? 1 : 0;
  }
  EXPECT_GT(found, 2'000);
}

TEST(PartFinder, PartsLongerThanASkipCounts) {
  const std::string part = "x" + std::string(400, 'y');
  EXPECT_TRUE(PartFinder(part).in(std::string(300, 'y') + part + "z"));
  EXPECT_FALSE(PartFinder(part).in(std::string(900, 'y')));
}

}  // namespace
}  // namespace tunesmith::store
