// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/recordio_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string field(int number, const std::string& bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         std::string(1, static_cast<char>(bytes.size())) + bytes;
}

/// A Value; `kind`: 2 for single precision, 3 for double.
std::string tensor(const std::vector<double>& values, int kind = 2, const std::string& keys = "",
                   const std::string& shape = "") {
  std::string numbers;
  for (const double value : values) {
    const float single = static_cast<float>(value);
    numbers += kind == 2 ? std::string(reinterpret_cast<const char*>(&single), 4)
                         : std::string(reinterpret_cast<const char*>(&value), 8);
  }
  std::string body = field(1, numbers);
  if (!keys.empty()) body += field(2, keys);
  if (!shape.empty()) body += field(3, shape);
  return field(kind, body);
}

std::string record(const std::string& features, const std::string& label) {
  return field(1, field(1, "values") + field(2, features)) +
         (label.empty() ? "" : field(2, field(1, "values") + field(2, label)));
}

std::string frame(const std::string& payload, std::uint32_t flag = 0) {
  const std::uint32_t head[2] = {0xced7230aU,
                                 flag << 29U | static_cast<std::uint32_t>(payload.size())};
  std::string out(reinterpret_cast<const char*>(head), sizeof head);
  out += payload;
  out.resize((out.size() + 3) / 4 * 4);
  return out;
}

Table read(const std::string& bytes, bool labels = true) {
  Table table;
  const auto done = read_recordio(bytes, "a.pbr", labels, table);
  EXPECT_TRUE(done) << done.error().message;
  return table;
}

std::string error_of(const std::string& bytes) {
  Table table;
  const auto done = read_recordio(bytes, "a.pbr", true, table);
  return done ? "" : done.error().message;
}

TEST(Recordio, ReadsDenseTensorsOfBothPrecisions) {
  const auto table = read(frame(record(tensor({1, 2.5}), tensor({1}))) +
                          frame(record(tensor({3, -4}, 3), tensor({0}, 3))));
  EXPECT_FALSE(table.sparse);
  EXPECT_EQ(table.columns, 2U);
  EXPECT_THAT(table.dense, ElementsAre(1, 2.5F, 3, -4));
  EXPECT_THAT(table.labels, ElementsAre(1, 0));
}

TEST(Recordio, ReadsSparseTensorsWithKeysAndShape) {
  const auto table = read(frame(record(tensor({7, 8}, 2, "\x01\x04", "\x0a"), tensor({1}))) +
                          frame(record(tensor({9}, 2, std::string(1, '\0'), "\x0a"), tensor({0}))));
  EXPECT_TRUE(table.sparse);
  EXPECT_EQ(table.columns, 10U);
  EXPECT_THAT(table.row_offsets, ElementsAre(0, 2, 3));
  EXPECT_THAT(table.column_indices, ElementsAre(1, 4, 0));
  EXPECT_THAT(table.values, ElementsAre(7, 8, 9));
}

TEST(Recordio, JoinsARecordThatComesInParts) {
  // The magic number stands in the payload where it is cut.
  const std::string magic = "\x0a\x23\xd7\xce";
  float inside = 0;
  std::memcpy(&inside, magic.data(), 4);
  const std::string whole = record(tensor({inside, 2}), tensor({1}));
  const auto at = whole.find(magic);
  ASSERT_NE(at, std::string::npos);
  const auto table = read(frame(whole.substr(0, at), 1) + frame(whole.substr(at + 4), 3));
  EXPECT_THAT(table.dense, ElementsAre(inside, 2));
}

TEST(Recordio, PassesOverLabelsOfRequestsForPredictions) {
  const auto table = read(frame(record(tensor({1, 2}), "")), false);
  EXPECT_EQ(table.rows, 1U);
  EXPECT_TRUE(table.labels.empty());
}

TEST(Recordio, NamesTheRecordThatIsWrong) {
  const std::string good = frame(record(tensor({1, 2}), tensor({1})));
  EXPECT_THAT(error_of(good + "text"), HasSubstr("a.pbr: record 2 is no whole RecordIO record"));
  EXPECT_THAT(error_of(good.substr(0, good.size() - 5)), HasSubstr("record 1 is no whole"));
  EXPECT_THAT(error_of(frame("no message")), HasSubstr("record 1 is no protobuf message"));
  EXPECT_THAT(error_of(good + frame(record(tensor({1}), tensor({1})))),
              HasSubstr("record 2 has 1 values where the first has 2"));
  EXPECT_THAT(error_of(frame(record(tensor({1}), ""))), HasSubstr("must have a label"));
  EXPECT_THAT(error_of(good + frame(record(tensor({1}, 2, "\x01"), tensor({1})))),
              HasSubstr("record 2 is sparse where others are dense"));
  EXPECT_THAT(error_of(frame(record(tensor({1, 2}, 2, "\x01"), tensor({1})))),
              HasSubstr("other numbers of keys"));
  EXPECT_THAT(error_of(frame(record(tensor({1}, 2, "\xff\xff\xff\xff\xff\x01"), tensor({1})))),
              HasSubstr("columns"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
