// SPDX-License-Identifier: Apache-2.0
//
// Files written here by Arrow, read back through the program as its callers do.
#include "algorithms/parquet/tables.h"

#include "algorithms/parquet/client.h"
#include "base/random.h"

#include <arrow/api.h>
#include <arrow/io/api.h>
#include <arrow/util/float16.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>

namespace tunesmith::algorithms::parquet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kPlenty = 1 << 20;

class Tables : public testing::Test {
 protected:
  Tables() : folder_(std::filesystem::temp_directory_path() / ("parquet-" + random_hex(8))) {
    std::filesystem::create_directories(folder_);
  }
  ~Tables() override {
    std::error_code ec;
    std::filesystem::remove_all(folder_, ec);
  }

  InputFile save(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return {name, (folder_ / name).string()};
  }
  InputFile save(const std::string& name, const std::shared_ptr<arrow::Table>& table) const {
    const auto sink = *arrow::io::BufferOutputStream::Create();
    // Small row groups: a file has several.
    EXPECT_TRUE(::parquet::arrow::WriteTable(
                    *table, arrow::default_memory_pool(), sink, 2,
                    ::parquet::default_writer_properties(),
                    ::parquet::ArrowWriterProperties::Builder().store_schema()->build())
                    .ok());
    return save(name, (*sink->Finish())->ToString());
  }

  // The cells row by row, a missing one as -1.
  static std::vector<float> cells(const Result<FileDescriptor>& file) {
    if (!file) {
      ADD_FAILURE() << file.error().message;
      return {};
    }
    const auto table = FloatTable::map(file->get());
    if (!table) {
      ADD_FAILURE() << table.error().message;
      return {};
    }
    std::vector<float> all;
    for (std::uint64_t i = 0; i < table->rows(); ++i) {
      for (const float cell : table->row(i)) all.push_back(std::isnan(cell) ? -1 : cell);
    }
    return all;
  }

 private:
  std::filesystem::path folder_;
};

template <class Builder, class Value>
std::shared_ptr<arrow::Array> array(Builder builder,
                                    std::initializer_list<std::optional<Value>> values) {
  for (const auto& value : values) {
    EXPECT_TRUE((value ? builder.Append(*value) : builder.AppendNull()).ok());
  }
  return *builder.Finish();
}

std::shared_ptr<arrow::Array> doubles(std::initializer_list<std::optional<double>> values) {
  return array<arrow::DoubleBuilder, double>(arrow::DoubleBuilder(), values);
}
std::shared_ptr<arrow::Array> integers(std::initializer_list<std::optional<std::int64_t>> values) {
  return array<arrow::Int64Builder, std::int64_t>(arrow::Int64Builder(), values);
}
std::shared_ptr<arrow::Array> texts(std::initializer_list<std::optional<std::string>> values) {
  return array<arrow::StringBuilder, std::string>(arrow::StringBuilder(), values);
}

std::shared_ptr<arrow::Table> table(
    const std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>& columns,
    const std::string& pandas = "") {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, values] : columns) {
    fields.push_back(arrow::field(name, values->type()));
    arrays.push_back(values);
  }
  auto schema = arrow::schema(fields);
  if (!pandas.empty())
    schema = schema->WithMetadata(arrow::key_value_metadata({"pandas"}, {pandas}));
  return arrow::Table::Make(schema, arrays);
}

TEST_F(Tables, NumbersOfEveryKindAreReadAndNullsAreMissing) {
  const auto half = [](float value) { return arrow::util::Float16(value).bits(); };
  arrow::HalfFloatBuilder halves;
  ASSERT_TRUE(halves.Append(half(0.5F)).ok() && halves.AppendNull().ok() &&
              halves.Append(half(2)).ok());
  const auto decimal = arrow::decimal128(10, 2);
  const auto coded = *arrow::DictionaryArray::FromArrays(
      array<arrow::Int32Builder, std::int32_t>(arrow::Int32Builder(), {1, 0, std::nullopt}),
      doubles({10.5, 20.5}));
  const auto file = save(
      "kinds.parquet",
      table({{"label", integers({1, 0, 1})},
             {"bool", array<arrow::BooleanBuilder, bool>(arrow::BooleanBuilder(),
                                                         {true, std::nullopt, false})},
             {"int", integers({7, std::nullopt, 9})},
             {"tiny", array<arrow::UInt8Builder, std::uint8_t>(arrow::UInt8Builder(), {255, 1, 2})},
             {"float",
              array<arrow::FloatBuilder, float>(arrow::FloatBuilder(), {1.5F, std::nullopt, 3.5F})},
             {"double", doubles({0.25, std::nan(""), std::nullopt})},
             {"half", *halves.Finish()},
             {"decimal", array<arrow::Decimal128Builder, arrow::Decimal128>(
                             arrow::Decimal128Builder(decimal),
                             {arrow::Decimal128(125), std::nullopt, arrow::Decimal128(300)})},
             {"coded", coded},
             {"nothing", *arrow::MakeArrayOfNull(arrow::null(), 3)}}));
  EXPECT_THAT(cells(convert({file}, kPlenty)),
              ElementsAre(1, 1, 7, 255, 1.5F, 0.25F, 0.5F, 1.25F, 20.5F, -1,  //
                          0, -1, -1, 1, -1, -1, -1, -1, 10.5F, -1,            //
                          1, 0, 9, 2, 3.5F, -1, 2, 3, -1, -1));
}

TEST_F(Tables, FilesFollowEachOtherAndColumnsGoByTheirNames) {
  const auto one =
      save("1.parquet", table({{"y", integers({1})}, {"a", doubles({2})}, {"b", doubles({3})}}));
  const auto other =
      save("2.parquet",
           table({{"more", texts({"not read"})}, {"b", integers({6})}, {"y", doubles({4})}}));
  EXPECT_THAT(cells(convert({one, other}, kPlenty)), ElementsAre(1, 2, 3, 4, -1, 6));
}

TEST_F(Tables, TheIndexOfAFrameIsNoColumn) {
  const auto file =
      save("frame.parquet", table({{"y", integers({1, 0})},
                                   {"x", doubles({5, 6})},
                                   {"__index_level_0__", texts({"p", "q"})}},
                                  R"({"index_columns":["__index_level_0__",{"kind":"range"}]})"));
  EXPECT_THAT(cells(convert({file}, kPlenty)), ElementsAre(1, 5, 0, 6));
}

TEST_F(Tables, WhatIsNoNumberIsRefusedByFileAndColumn) {
  const auto text = save("t.parquet", table({{"y", integers({1})}, {"job", texts({"admin."})}}));
  EXPECT_EQ(convert({text}, kPlenty).error(),
            (Error{ErrorKind::kInvalid,
                   "t.parquet: column 'job' is of type string, which is not a number"}));
  const auto list_builder = std::make_shared<arrow::DoubleBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), list_builder);
  ASSERT_TRUE(lists.Append().ok() && list_builder->Append(1).ok());
  const auto list = save("l.parquet", table({{"y", integers({1})}, {"x", *lists.Finish()}}));
  EXPECT_THAT(convert({list}, kPlenty).error().message, HasSubstr("column 'x' is of type list"));
  const auto bare = save("0.parquet", table({}));
  EXPECT_EQ(convert({bare}, kPlenty).error().message, "0.parquet: there are no columns");
  const auto label = save("1.parquet", table({{"y", integers({1})}}));
  EXPECT_THAT(convert({label}, kPlenty).error().message,
              StartsWith("1.parquet: there is one column, 'y', which is the label"));
}

TEST_F(Tables, ATableThatWouldBeTooLargeIsRefusedBeforeItIsMade) {
  const auto file =
      save("y.parquet", table({{"y", integers({1, 2, 3})}, {"x", doubles({1, 2, 3})}}));
  EXPECT_TRUE(convert({file}, 24));
  EXPECT_EQ(convert({file}, 23).error().kind, ErrorKind::kLimitExceeded);
}

// A valid file with bytes changed, cut, or put in: a table or an error, never a hang or a crash of
// the caller.
TEST_F(Tables, DamagedFilesAreRefused) {
  const auto good =
      save("good.parquet", table({{"y", integers({1, 2, 3})}, {"x", doubles({1, 2, 3})}}));
  std::ifstream in(good.path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_THAT(convert({save("text.parquet", "y,x\n1,2\n")}, kPlenty).error().message,
              HasSubstr("text.parquet: "));
  EXPECT_EQ(
      convert({save("half.parquet", bytes.substr(0, bytes.size() / 2))}, kPlenty).error().kind,
      ErrorKind::kInvalid);
  Rng rng(7);
  for (int round = 0; round < 40; ++round) {
    auto damaged = bytes;
    for (int i = 0; i < 3; ++i)
      damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
    const auto converted = convert({save("damaged.parquet", damaged)}, kPlenty);
    if (converted) continue;
    EXPECT_NE(converted.error().kind, ErrorKind::kInternal) << converted.error().message;
  }
}

TEST_F(Tables, WrittenFilesCanBeRead) {
  const auto bytes = write_table({{"n", ColumnType::kInteger, {std::int64_t{1}, std::monostate()}},
                                  {"d", ColumnType::kDouble, {0.5, 2.5}},
                                  {"b", ColumnType::kBoolean, {true, false}}});
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_THAT(cells(convert({save("w.parquet", *bytes)}, kPlenty)),
              ElementsAre(1, 0.5F, 1, -1, 2.5F, 0));
  EXPECT_EQ(write_table({{"n", ColumnType::kInteger, {std::string("one")}}}).error().message,
            "column 'n': a value of another type");
}

TEST_F(Tables, TheProgramWritesWhatIsAsked) {
  const auto written = write(R"({"columns":[{"name":"y","type":"double","values":[1,null]},
                                {"name":"t","type":"integer","values":[3,4]}]})");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_THAT(cells(convert({save("out.parquet", *written)}, kPlenty)), ElementsAre(1, 3, -1, 4));
  EXPECT_THAT(write(R"({"columns":[{"name":"y","type":"complex","values":[]}]})").error().message,
              HasSubstr("an unknown type"));
}

TEST_F(Tables, FilesWithoutRowsAreRefusedByName) {
  const auto empty = table({{"y", integers({})}, {"x", doubles({})}});
  const auto first = save("a.parquet", empty), second = save("b.parquet", empty);
  const auto one = convert({first}, kPlenty);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(one.error().message, "a.parquet: there are no rows");
  EXPECT_EQ(convert({first, second}, kPlenty).error().message,
            "a.parquet and 1 other file: there are no rows");
  const auto third = save("c.parquet", table({{"y", integers({1})}, {"x", doubles({2})}}));
  EXPECT_THAT(cells(convert({first, third}, kPlenty)), ElementsAre(1, 2));
}

}  // namespace
}  // namespace tunesmith::algorithms::parquet
