// SPDX-License-Identifier: Apache-2.0
#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

namespace tunesmith::services::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  return FilterPattern::parse(pattern).value().matches(message);
}

TEST(FilterPattern, AllTermsMustBeInTheMessage) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("ERROR disk", "[ERROR] the disk is full"));
  EXPECT_FALSE(matches("ERROR disk", "[ERROR] the memory is full"));
  EXPECT_FALSE(matches("error", "[ERROR]"));
}

TEST(FilterPattern, QuotesHoldATermTogether) {
  EXPECT_TRUE(matches(R"("disk is full")", "the disk is full"));
  EXPECT_FALSE(matches(R"("is disk")", "the disk is full"));
  EXPECT_TRUE(matches(R"("say \"hi\"")", R"(they say "hi" twice)"));
  EXPECT_FALSE(FilterPattern::parse(R"("open)"));
}

TEST(FilterPattern, AMinusExcludesAndQuestionMarksAreAlternatives) {
  EXPECT_TRUE(matches("ERROR -retry", "ERROR once"));
  EXPECT_FALSE(matches("ERROR -retry", "ERROR, will retry"));
  EXPECT_TRUE(matches("?a1 ?b1", "has b1"));
  EXPECT_FALSE(matches("?a1 ?b1", "has c1"));
  EXPECT_TRUE(matches("has ?a1", "has c1"));
}

TEST(FilterPattern, OtherKindsOfPatternsAreRefusedByName) {
  for (const auto* pattern : {"{ $.x = 1 }", "[ip, user]", "%[0-9]+%"})
    EXPECT_EQ(FilterPattern::parse(pattern).error().kind, ErrorKind::kInvalid) << pattern;
}

}  // namespace
}  // namespace tunesmith::services::logs
