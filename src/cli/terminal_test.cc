// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace tunesmith::cli {
namespace {

TEST(Terminal, NothingInDataIsObeyed) {
  EXPECT_EQ(printable("a\x1b[2Jb\x07\x7f"), "a\xEF\xBF\xBD[2Jb\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\xEF\xBF\xBD"
            "31m");
  EXPECT_EQ(printable("gr\xC3\xBC\xC3\x9F\t\xC2\xA0 \n"), "gr\xC3\xBC\xC3\x9F\t\xC2\xA0 \n");
}

TEST(TerminalText, ColoursAndContinuationBytesTakeNoColumns) {
  EXPECT_EQ(columns_of("\033[1;32mgrün\033[0m"), 4U);
  EXPECT_EQ(columns_of("▁▂█"), 3U);
}

TEST(TerminalText, ACutKeepsCharactersWholeAndEndsColours) {
  EXPECT_EQ(cut("▁▂▃▄", 2), "▁▂");
  EXPECT_EQ(cut("\033[31mabc\033[0m", 2), "\033[31mab\033[0m");
  EXPECT_EQ(cut("abc", 5), "abc");
}

TEST(TerminalText, ASparklineSpansItsValues) {
  EXPECT_EQ(sparkline({0, 7}, 10), "▁█");
  EXPECT_EQ(sparkline({5, 0, 7}, 2), "▁█");
  EXPECT_EQ(sparkline({1}, 10), "");
  EXPECT_EQ(sparkline({2, 2}, 10), "▅▅");
}

TEST(TerminalText, ABarIsFullOnlyAtTheEnd) {
  EXPECT_EQ(bar(0.99, 2), "█░");
  EXPECT_EQ(bar(1, 2), "██");
  EXPECT_EQ(bar(-1, 2), "░░");
}

TEST(TerminalText, ColumnsAreAsWideAsTheirWidestCell) {
  const auto lines = table_lines({{"name", "n"}, {"a", "100"}}, {false, true});
  EXPECT_EQ(lines[0], "name    n");
  EXPECT_EQ(lines[1], "a     100");
}

TEST(TerminalText, DurationsReadAsPeopleSayThem) {
  EXPECT_EQ(duration_text(0.25), "250 ms");
  EXPECT_EQ(duration_text(4.21), "4.2 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(7800), "2 h 10 min");
}

}  // namespace
}  // namespace tunesmith::cli
