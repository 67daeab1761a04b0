// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/metric_log_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::store {
namespace {

class MetricLogTables : public testing::Test {
 protected:
  static MetricSeries of(const std::string& name, MetricDimensions dimensions = {}) {
    return {"us-east-1", "mine", name, std::move(dimensions)};
  }
  static MetricSample at(std::int64_t time, double value) {
    return {from_millis(time), 1, value, value, value, "None"};
  }
  std::unique_ptr<Database> database_ = Database::open(":memory:").value();
  SqliteMetricLog log_{*database_};
};

TEST_F(MetricLogTables, SamplesComeBackByTimeWithinTheRange) {
  ASSERT_TRUE(log_.add({{of("a"), {at(30, 3), at(10, 1), at(20, 2)}}}, from_millis(0)));
  const auto found = log_.samples(of("a"), from_millis(10), from_millis(30)).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].sum, 1);
  EXPECT_EQ(found[1].sum, 2);
  EXPECT_TRUE(log_.samples(of("b"), from_millis(0), from_millis(99))->empty());
}

TEST_F(MetricLogTables, DimensionsTellSeriesApart) {
  ASSERT_TRUE(log_.add({{of("a"), {at(1, 1)}},
                        {of("a", {{"host", "x"}}), {at(1, 2)}},
                        {of("a", {{"host", "y"}}), {at(1, 3)}}},
                       from_millis(0)));
  EXPECT_EQ(log_.samples(of("a", {{"host", "y"}}), from_millis(0), from_millis(9))->front().sum, 3);
  SeriesQuery query;
  query.region = "us-east-1";
  EXPECT_EQ(log_.series(query)->rows.size(), 3U);
  query.dimensions = {{"host", std::nullopt}};
  query.limit = 1;
  const auto first = log_.series(query).value();
  EXPECT_EQ(first.rows.front(), of("a", {{"host", "x"}}));
  query.after = first.next.value();
  const auto second = log_.series(query).value();
  EXPECT_EQ(second.rows.front(), of("a", {{"host", "y"}}));
  EXPECT_FALSE(second.next);
}

TEST_F(MetricLogTables, OldSamplesAreForgotten) {
  ASSERT_TRUE(log_.add({{of("a"), {at(5, 1), at(50, 2)}}}, from_millis(0)));
  ASSERT_TRUE(log_.add({{of("a"), {at(60, 3)}}}, from_millis(40)));
  EXPECT_EQ(log_.samples(of("a"), from_millis(0), from_millis(99))->size(), 2U);
}

TEST_F(MetricLogTables, SeriesGoWithTheirLastSample) {
  for (int i = 0; i < 450; ++i) {  // more than one transaction's
    ASSERT_TRUE(log_.add({{of("old" + std::to_string(i)), {at(5, 1)}}}, from_millis(0)));
  }
  ASSERT_TRUE(log_.add({{of("new"), {at(5, 1), at(50, 2)}}}, from_millis(0)));
  ASSERT_TRUE(log_.forget(from_millis(40)));
  SeriesQuery query;
  query.region = "us-east-1";
  EXPECT_THAT(log_.series(query)->rows, testing::ElementsAre(of("new")));
  EXPECT_EQ(log_.samples(of("new"), from_millis(0), from_millis(99))->size(), 1U);
}

}  // namespace
}  // namespace tunesmith::store
