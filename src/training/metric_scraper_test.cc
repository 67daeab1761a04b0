// SPDX-License-Identifier: Apache-2.0
#include "training/metric_scraper.h"

#include "base/random.h"
#include "base/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace tunesmith::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<MetricMatch> feed(MetricScraper& scraper, std::string_view line) {
  std::vector<MetricMatch> matches;
  scraper.feed(line, matches);
  return matches;
}

std::vector<double> values(const std::string& regex, std::string_view line) {
  auto scraper = MetricScraper::compile({{"m", regex}});
  EXPECT_TRUE(scraper) << regex;
  std::vector<double> found;
  if (!scraper) return found;
  for (const MetricMatch& match : feed(*scraper, line)) found.push_back(match.value);
  return found;
}

TEST(MetricScraper, TheBuiltInExpressionFindsItsMetricOnceTabsAreShown) {
  const std::string line = printable_line("[12]\ttrain-auc:0.81250\tvalidation-auc:0.77125");
  EXPECT_EQ(line, "[12]#011train-auc:0.81250#011validation-auc:0.77125");
  EXPECT_THAT(values(R"(.*\[[0-9]+\].*#011validation-auc:(\S+))", line), ElementsAre(0.77125));
  EXPECT_THAT(values(R"(.*\[[0-9]+\].*#011train-auc:(\S+))", line), ElementsAre(0.8125));
  EXPECT_THAT(values(R"(.*\[[0-9]+\].*#011validation-logloss:(\S+))", line), IsEmpty());
}

TEST(MetricScraper, ValuesComeInTheOrderOfTheDefinitions) {
  auto scraper = MetricScraper::compile({{"loss", "loss=([0-9.]+)"}, {"acc", "acc=([0-9.]+)"}});
  ASSERT_TRUE(scraper);
  EXPECT_THAT(feed(*scraper, "acc=0.5 loss=2.25"),
              ElementsAre(MetricMatch{0, 2.25}, MetricMatch{1, 0.5}));
}

TEST(MetricScraper, OnlyTheFirstMatchInALineCounts) {
  EXPECT_THAT(values("loss=([0-9.]+)", "loss=1.5 loss=2.5"), ElementsAre(1.5));
}

TEST(MetricScraper, NumbersMayBeSignedAndHaveExponentsAndSpaces) {
  EXPECT_THAT(values("v:(.*)", "v: -1.5e-3 "), ElementsAre(-0.0015));
  EXPECT_THAT(values("v:(.*)", "v:+2"), ElementsAre(2.0));
}

TEST(MetricScraper, WhatIsNoFiniteNumberGivesNoValue) {
  for (const char* text :
       {"v:nan", "v:inf", "v:-inf", "v:1e999", "v:", "v:abc", "v:5px", "v:1.2.3", "v:-"}) {
    EXPECT_THAT(values("v:(.*)", text), IsEmpty()) << text;
  }
}

TEST(MetricScraper, WhatFollowsTheNumberIsLeftOut) {
  EXPECT_THAT(values("v:(.*)", "v:0.5,"), ElementsAre(0.5));
  EXPECT_THAT(values(R"(.*\[[0-9]+\].*#011validation-auc:(\S+))",
                     "[1]#011validation-auc:0.75#011validation-logloss:0.5"),
              ElementsAre(0.75));
}

TEST(MetricScraper, AGroupThatTookNoPartGivesNoValue) {
  EXPECT_THAT(values("(x[0-9])?loss", "loss"), IsEmpty());
}

TEST(MetricScraper, ABadExpressionIsRefusedByNameAndPlace) {
  const auto refused = MetricScraper::compile({{"good", "a(b)"}, {"bad", "a(b"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("'bad'"));
  EXPECT_THAT(refused.error().message, HasSubstr("offset 3"));
  EXPECT_FALSE(MetricScraper::compile({{"m", "\xFF"}}));
  EXPECT_FALSE(MetricScraper::compile({{"m", "a\\Cb"}}));
  EXPECT_FALSE(MetricScraper::compile({{"m", std::string(100'000, 'a')}}));
}

TEST(MetricScraper, AnExpressionThatBacktracksWithoutEndIsGivenUp) {
  auto scraper = MetricScraper::compile({{"evil", "^(a+)+$"}, {"good", "=([0-9]+)"}});
  ASSERT_TRUE(scraper);
  const std::string line = std::string(60, 'a') + "=7";
  for (int i = 0; i < MetricScraper::kGiveUpAfter; ++i) {
    EXPECT_THAT(feed(*scraper, line), ElementsAre(MetricMatch{1, 7}));
  }
  EXPECT_TRUE(scraper->gave_up(0));
  EXPECT_FALSE(scraper->gave_up(1));
}

TEST(MetricScraper, RequiredLiteralIsTheLongestCertainText) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"(.*\[[0-9]+\].*#011validation-auc:(\S+))", "#011validation-auc:"},
      {"loss=([0-9.]+)", "loss="},
      {"colou?r: (.*)", "colo"},
      {"ab+c", "ab"},
      {"ab*cd", "cd"},
      {"abc{2}de", "ab"},
      {"(abcdef)?xy", "xy"},
      {"[abc]+xyz", "xyz"},
      {"[]x]yz", "yz"},
      {"a\\.b\\d+cde", "a.b"},
      {"abc|d", ""},
      {"(?i)abc", ""},
      {"(?x)a b c", ""},
      {"x(?#comment)y", ""},
      {"\\Qa|b\\E", ""},
      {"\\x41bc", ""},
      {"(?:abc)def", "def"},
      {"(?<n>abc)def", "def"},
      {"[[:alpha:]]abc", ""},
      {"", ""},
      {"\\", ""},
      {"[", ""},
      {"(", ""},
  };
  for (const auto& [regex, expected] : cases) EXPECT_EQ(required_literal(regex), expected) << regex;
}

TEST(MetricScraper, AMatchingLineAlwaysHoldsTheRequiredLiteral) {
  // Random expressions from pieces, against random lines over a small alphabet. The second
  // definition is the same expression made unreadable to required_literal, so no prefilter can hide
  // a match.
  constexpr std::array<const char*, 16> kPieces = {"a",  "b",    "1",    ".",      ".*",   "a?",
                                                   "b+", "[ab]", "(1)",  "(a|b)",  "\\d+", "\\.",
                                                   "^",  "$",    "1{2}", "(?:ab)*"};
  Rng rng(7);
  int found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string regex;
    for (std::uint64_t i = 0; i < 1 + rng.below(5); ++i)
      regex += kPieces[rng.below(kPieces.size())];
    regex += "([0-9]+)";
    auto scraper = MetricScraper::compile({{"plain", regex}, {"hidden", "(?s)" + regex}});
    if (!scraper) continue;  // "^+" and the like
    std::string line;
    for (std::uint64_t i = 0; i < rng.below(16); ++i) line += "ab1."[rng.below(4)];
    const auto matches = feed(*scraper, line);
    EXPECT_TRUE(matches.empty() || matches.size() == 2) << regex << " on " << line;
    if (!matches.empty()) ++found;
  }
  EXPECT_GT(found, 100);
}

TEST(MetricScraper, NoExpressionOrLineOfRandomBytesIsAnyTrouble) {
  Rng rng(11);
  for (int round = 0; round < 5000; ++round) {
    std::string regex;
    std::string raw;
    for (std::uint64_t i = 0; i < rng.below(24); ++i) {
      regex += "\\()[]{}*+?|^$.ab1:<>=!#QEKxP\xC3\xA9"[rng.below(31)];
    }
    for (std::uint64_t i = 0; i < rng.below(40); ++i) raw += static_cast<char>(rng.below(256));
    required_literal(regex);
    auto scraper = MetricScraper::compile({{"m", regex}});
    if (scraper) feed(*scraper, printable_line(raw));
  }
}

TEST(PrintableLine, ControlCharactersAreShownInOctal) {
  EXPECT_EQ(printable_line("a\tb\x1b[1m\r\x7f"), "a#011b#033[1m#015#177");
  EXPECT_EQ(printable_line(std::string_view("\0", 1)), "#000");
}

TEST(PrintableLine, TextIsKeptAndWhatIsNoTextReplaced) {
  EXPECT_EQ(printable_line("h\xC3\xA9llo \xE2\x82\xAC \xF0\x9F\x99\x82"),
            "h\xC3\xA9llo \xE2\x82\xAC \xF0\x9F\x99\x82");
  EXPECT_EQ(printable_line("a\xFF"
                           "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(printable_line("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable_line("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(PrintableLine, AnyBytesBecomeValidText) {
  Rng rng(3);
  for (int round = 0; round < 5000; ++round) {
    std::string raw;
    for (std::uint64_t i = 0; i < rng.below(30); ++i) {
      raw += static_cast<char>(rng.below(4) == 0 ? rng.below(128) : 128 + rng.below(128));
    }
    EXPECT_TRUE(is_valid_utf8(printable_line(raw)));
  }
}

}  // namespace
}  // namespace tunesmith::training
