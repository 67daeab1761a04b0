// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/csv_reader.h"
#include "algorithms/xgboost/trainer/libsvm_reader.h"
#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;
using testing::StartsWith;

Table csv(std::string_view text, char delimiter = ',', bool weights = false) {
  Table table;
  const auto read = read_csv(text, "a.csv", delimiter,
                             weights ? CsvLayout::kLabelAndWeight : CsvLayout::kLabel, table);
  EXPECT_TRUE(read) << read.error().message;
  return table;
}

std::string csv_error(std::string_view text, bool weights = false) {
  Table table;
  const auto read =
      read_csv(text, "a.csv", ',', weights ? CsvLayout::kLabelAndWeight : CsvLayout::kLabel, table);
  return read ? "" : read.error().message;
}

TEST(Csv, ReadsLabelsFirstThenFeatures) {
  const auto table = csv("1,2.5,-3\r\n0,1e2,.5\n\n");
  EXPECT_EQ(table.rows, 2U);
  EXPECT_EQ(table.columns, 2U);
  EXPECT_THAT(table.labels, ElementsAre(1, 0));
  EXPECT_THAT(table.dense, ElementsAre(2.5F, -3, 100, .5F));
}

TEST(Csv, ReadsPythonBooleansAsOneAndZero) {
  const auto table = csv("True,False,TRUE\nfalse,true,+1\n");
  EXPECT_THAT(table.labels, ElementsAre(1, 0));
  EXPECT_THAT(table.dense, ElementsAre(0, 1, 1, 1));
}

TEST(Csv, EmptyCellsAndMissingMarkersAreMissing) {
  const auto table = csv("1,,NaN\n0,NA,null\n1,\"7\", 8 \n1\n");
  EXPECT_THAT(table.dense, ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), 7, 8, IsNan(), IsNan()));
}

TEST(Csv, TakesWeightsFromColumnOne) {
  const auto table = csv("1;0.5;3\n0;2;4\n", ';', true);
  EXPECT_THAT(table.weights, ElementsAre(.5F, 2));
  EXPECT_THAT(table.dense, ElementsAre(3, 4));
}

TEST(Csv, LastLineNeedsNoLineEndAndFirstMayHaveAByteOrderMark) {
  const auto table =
      csv("\xEF\xBB\xBF"
          "1,2\n0,3");
  EXPECT_THAT(table.labels, ElementsAre(1, 0));
  EXPECT_THAT(table.dense, ElementsAre(2, 3));
}

TEST(Csv, LinesMayEndWithCarriageReturnsAlone) {
  const auto table = csv("1,2\r0,3\r\r1,4");
  EXPECT_THAT(table.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(table.dense, ElementsAre(2, 3, 4));
  EXPECT_EQ(csv_error("1,2\r0,blue\r"), "a.csv, line 2, column 1: 'blue' is not a number");
  EXPECT_THAT(csv("1,2\r\n0,3\n1,4\r0,5").labels, ElementsAre(1, 0, 1, 0));
  EXPECT_EQ(first_line("1;2\r0;3"), "1;2");
}

TEST(Csv, NamesTheCellThatIsNoNumber) {
  EXPECT_EQ(csv_error("1,2\n0,blue\n"), "a.csv, line 2, column 1: 'blue' is not a number");
  EXPECT_THAT(csv_error("y,x\n0,1\n"), HasSubstr("must have no header line"));
  EXPECT_THAT(csv_error("1,2\n0,1,2\n"),
              HasSubstr("line 2: more columns than the 2 of the first row"));
  EXPECT_THAT(csv_error("1\n", true), HasSubstr("no weight"));
}

TEST(Csv, NumbersBeyondSinglePrecisionBecomeInfiniteOrZero) {
  const auto table = csv("0,1e60,1e-60\n");
  EXPECT_TRUE(std::isinf(table.dense[0]));
  EXPECT_EQ(table.dense[1], 0.0F);
}

TEST(Csv, SniffsTheDelimiterOutsideOfQuotes) {
  EXPECT_EQ(*sniff_delimiter("1,2,3"), ',');
  EXPECT_EQ(*sniff_delimiter("1\t2"), '\t');
  EXPECT_EQ(*sniff_delimiter("1;2;\"a,b,c,d\""), ';');
  EXPECT_THAT(sniff_delimiter("12").error().message,
              StartsWith("Could not determine delimiter on line 12:"));
}

TEST(Libsvm, ReadsLabelsWeightsGroupsAndFeatures) {
  Table table;
  ASSERT_TRUE(
      read_libsvm("1:0.5 qid:1 0:2 3:4 # note\n\n0:1 qid:1\n1:2 qid:7 2:1e1\n", "f", table));
  EXPECT_EQ(table.rows, 3U);
  EXPECT_EQ(table.columns, 4U);
  EXPECT_THAT(table.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(table.weights, ElementsAre(.5F, 1, 2));
  EXPECT_THAT(table.group_sizes, ElementsAre(2U, 1U));
  EXPECT_THAT(table.row_offsets, ElementsAre(0U, 2U, 2U, 3U));
  EXPECT_THAT(table.column_indices, ElementsAre(0U, 3U, 2U));
  EXPECT_THAT(table.values, ElementsAre(2, 4, 10));
}

TEST(Libsvm, LinesMayEndWithCarriageReturnsAlone) {
  Table table;
  ASSERT_TRUE(read_libsvm("1 0:2\r0 1:3\r", "a.libsvm", table).has_value());
  EXPECT_EQ(table.rows, 2U);
}

TEST(Libsvm, RefusesOtherTextWithTheContainersWords) {
  Table table;
  EXPECT_EQ(read_libsvm("1,2,3\n", "data.csv", table).error().message,
            "First line '1,2,3...' of file 'data.csv' is not 'LIBSVM' format. Please ensure the "
            "file is in 'LIBSVM' "
            "format.");
  Table huge;
  EXPECT_FALSE(read_libsvm("1 4000000000:1\n", "f", huge));
  Table mixed;
  EXPECT_FALSE(read_libsvm("1:2 0:1\n1 0:1\n", "f", mixed));
}

// Texts of characters that matter to both formats: whatever comes, a table of consistent sizes or
// an error.
TEST(Readers, NoTextCrashesThem) {
  Rng rng(11);
  const std::string alphabet = "0123456789.,;:-+eE \t\n\r\"#qidTrueFalsnaN\0\xff|_";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto n = rng.below(60); n > 0; --n) text += alphabet[rng.below(alphabet.size())];
    for (const bool weights : {false, true}) {
      Table table;
      if (read_csv(text, "f", ',', weights ? CsvLayout::kLabelAndWeight : CsvLayout::kLabel,
                   table)) {
        ASSERT_EQ(table.labels.size(), table.rows);
        ASSERT_EQ(table.dense.size(), table.rows * table.columns);
        ASSERT_EQ(table.weights.size(), weights ? table.rows : 0U);
      }
    }
    Table sparse;
    if (read_libsvm(text, "f", sparse)) {
      ASSERT_EQ(sparse.labels.size(), sparse.rows);
      ASSERT_EQ(sparse.row_offsets.size(), sparse.rows + 1);
      ASSERT_EQ(sparse.values.size(), sparse.column_indices.size());
    }
    (void)sniff_delimiter(first_line(text));
  }
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
