// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::ElementsAre;

TEST(Payload, CsvRowsHaveNoLabel) {
  const auto payload = parse_payload("1,2.5,3\n4,,6\n", "text/csv").value();
  EXPECT_EQ(payload.table.rows, 2U);
  EXPECT_EQ(payload.table.columns, 3U);
  EXPECT_EQ(payload.table.dense[1], 2.5F);
  EXPECT_TRUE(std::isnan(payload.table.dense[4]));
  EXPECT_TRUE(payload.table.labels.empty());
}

TEST(Payload, ASingleFeatureNeedsNoDelimiter) {
  EXPECT_EQ(parse_payload("7", "csv")->table.columns, 1U);
  EXPECT_EQ(parse_payload("7\n8\n9", "text/csv; charset=utf-8")->table.rows, 3U);
}

TEST(Payload, LibsvmRowsMayHaveALabelOrNot) {
  const auto payload = parse_payload("1 0:0.5 2:1\n1:2 3:4\n\n0:7", "text/x-libsvm").value();
  EXPECT_EQ(payload.table.rows, 3U);
  EXPECT_EQ(payload.table.columns, 4U);
  EXPECT_THAT(payload.table.row_offsets, ElementsAre(0, 2, 4, 5));
  EXPECT_THAT(payload.table.column_indices, ElementsAre(0, 2, 1, 3, 0));
}

TEST(Payload, RowsOfCsvHaveOneLength) {
  for (const char* body : {"1,2,3\n4,5\n", "1,2\n4,5,6\n"}) {
    const auto payload = parse_payload(body, "text/csv");
    ASSERT_FALSE(payload.has_value()) << body;
    EXPECT_THAT(payload.error().message,
                testing::StartsWith("Loading csv data failed with Exception, please ensure data is "
                                    "in csv format:\n <class 'ValueError'>\n "));
  }
}

TEST(Payload, WhatIsNotOfTheTypeIsRefused) {
  EXPECT_EQ(parse_payload("1,a", "text/csv").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(parse_payload("a b", "text/libsvm").error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(parse_payload("{}", "application/json").error().message,
              testing::HasSubstr("application/json is not an accepted ContentType: csv, libsvm"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
