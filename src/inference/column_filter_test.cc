// SPDX-License-Identifier: Apache-2.0
#include "inference/column_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::inference {
namespace {

std::string filtered(std::string_view path, std::string_view record) {
  return ColumnFilter::parse(path).value().apply(record);
}

TEST(ColumnFilter, ChoosesColumnsByPlaceAndSlice) {
  EXPECT_EQ(filtered("$", "a,b,c,d"), "a,b,c,d");
  EXPECT_EQ(filtered("", "a,b,c,d"), "a,b,c,d");
  EXPECT_EQ(filtered("$[2]", "a,b,c,d"), "c");
  EXPECT_EQ(filtered("$[-1]", "a,b,c,d"), "d");
  EXPECT_EQ(filtered("$[3, 0]", "a,b,c,d"), "d,a");
  EXPECT_EQ(filtered("$[1:]", "a,b,c,d"), "b,c,d");
  EXPECT_EQ(filtered("$[:-1]", "a,b,c,d"), "a,b,c");
  EXPECT_EQ(filtered("$[1:3]", "a,b,c,d"), "b,c");
  EXPECT_EQ(filtered("$[0,9]", "a,b"), "a");
  EXPECT_EQ(filtered("$[5:]", "a,b"), "");
}

TEST(ColumnFilter, QuotesHoldCommas) {
  EXPECT_EQ(filtered("$[1:]", R"("a,1",b,"c ""x"", y")"), R"(b,"c ""x"", y")");
  EXPECT_THAT(csv_cells("a,,"), testing::ElementsAre("a", "", ""));
}

TEST(ColumnFilter, OtherExpressionsAreRefused) {
  for (const auto* path : {"$.a", "$[a]", "$[1:2:3]", "$[?(@)]", "[1]", "$[", "$[]"})
    EXPECT_FALSE(ColumnFilter::parse(path)) << path;
}

}  // namespace
}  // namespace tunesmith::inference
