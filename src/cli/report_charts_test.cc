// SPDX-License-Identifier: Apache-2.0
#include "cli/report_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReportCharts, TextOfUsersCannotBecomeMarkup) {
  EXPECT_EQ(escape_html("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
  const auto svg = best_so_far_svg({{1, 0.5, "<script>"}, {2, 0.6, "b"}}, true);
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

TEST(ReportCharts, NoNumberIsMissingWhateverTheValues) {
  for (const auto& svg :
       {best_so_far_svg({{1, 0.5, ""}}, true), best_so_far_svg({{1, 0, ""}, {2, 0, ""}}, false),
        response_svg({{0.5, 1, ""}}, std::nullopt, true),
        response_svg({{0.5, 1, ""}, {0.1, 2, ""}}, ReportResponse{{0.1, 1}, {1, 2}, {0, 1}, {2, 3}},
                     true),
        importance_svg({{"eta", 0}})}) {
    EXPECT_THAT(svg, HasSubstr("</svg>"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf\"")));
  }
}

TEST(ReportCharts, AxesHaveRoundNumbers) {
  std::vector<ReportPoint> trials;
  for (int i = 1; i <= 150; ++i) trials.push_back({static_cast<double>(i), 0.7712 + i * 1e-5, ""});
  const auto svg = best_so_far_svg(trials, true);
  for (const char* text : {">50<", ">100<", ">150<", ">0.7715<", ">0.7725<"})
    EXPECT_THAT(svg, HasSubstr(text));
  const auto logarithmic = response_svg({{0.001, 1, ""}, {10, 2, ""}}, std::nullopt, true);
  for (const char* text : {">0.001<", ">0.1<", ">1<", ">10<"})
    EXPECT_THAT(logarithmic, HasSubstr(text));
}

TEST(ReportCharts, TheBestValueOnlyGetsBetter) {
  const auto svg = best_so_far_svg({{1, 0.5, ""}, {2, 0.9, ""}, {3, 0.1, ""}}, true);
  const auto path = svg.substr(svg.find("class=\"line\""));
  // The last two steps stand at the same height.
  const auto last = path.rfind('V');
  const auto before = path.rfind('V', last - 1);
  EXPECT_EQ(path.substr(last + 1, 4), path.substr(before + 1, 4));
}

}  // namespace
}  // namespace tunesmith::cli
