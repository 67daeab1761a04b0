// SPDX-License-Identifier: Apache-2.0
//
// Parquet channels from the file to the failure text and the model. What the files may hold is
// tested in algorithms/parquet.
#include "algorithms/xgboost/trainer/parquet_channels.h"

#include "algorithms/parquet/client.h"
#include "algorithms/xgboost/trainer/job.h"
#include "algorithms/xgboost/trainer/test_data.h"
#include "base/strings.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ParquetJob : public testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = test_library();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    library_ = *loaded;
    folder_.hyperparameters(
        {{"num_round", "5"}, {"objective", "binary:logistic"}, {"eval_metric", "auc"}});
  }
  int run() {
    JobOptions options;
    options.root = folder_.root();
    testing::internal::CaptureStdout();
    const int status = run_job(*library_, options);
    log_ = testing::internal::GetCapturedStdout();
    return status;
  }
  std::string metrics() const { return log_.substr(std::min(log_.find("[0]\t"), log_.size())); }

  // The rows of a file of comma-separated values as a Parquet file in its place.
  void convert(const std::string& file) const {
    std::array<std::string, 3> values;
    const auto text = folder_.read(file);
    for (const auto line : split(text, '\n')) {
      const auto cells = split(line, ',');
      for (std::size_t i = 0; i < cells.size() && cells.size() == values.size(); ++i) {
        if (!values[i].empty()) values[i] += ',';
        values[i] += i > 0 ? std::string(cells[i]) : cells[i] == "True" ? "true" : "false";
      }
    }
    const auto table =
        parquet::write(R"({"columns":[{"name":"y","type":"boolean","values":[)" + values[0] +
                       R"(]},{"name":"a","type":"double","values":[)" + values[1] +
                       R"(]},{"name":"b","type":"double","values":[)" + values[2] + "]}]}");
    ASSERT_TRUE(table) << table.error().message;
    folder_.write(file, *table);
  }
  void configure_parquet() const {
    folder_.write("input/config/inputdataconfig.json",
                  R"({"train":{"ContentType":"application/x-parquet"},
                      "validation":{"ContentType":"parquet"}})");
  }

  JobFolder folder_;
  const Library* library_ = nullptr;
  std::string log_;
};

TEST_F(ParquetJob, TrainsAsOnTheSameCommaSeparatedValues) {
  ASSERT_EQ(run(), 0);
  const auto expected = metrics();
  ASSERT_THAT(expected, HasSubstr("[4]\ttrain-auc:"));
  convert("input/data/train/a.csv");
  convert("input/data/validation/b.csv");
  configure_parquet();
  ASSERT_EQ(run(), 0) << folder_.read("output/failure");
  EXPECT_EQ(metrics(), expected);
}

TEST_F(ParquetJob, FailsWithTheContainersTextWhenTheFilesAreNone) {
  configure_parquet();
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(folder_.read("output/failure"),
              StartsWith("ClientError: Failed to load parquet data with exception:\na.csv: "));
  folder_.write("input/data/train/a.csv", "");
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(folder_.read("output/failure"),
            "ClientError: No data in training channel path /opt/ml/input/data/train");
}

TEST_F(ParquetJob, FilesWithoutRowsAreNamedWithTheirChannel) {
  const auto none = parquet::write(
      R"({"columns":[{"name":"y","type":"boolean","values":[]},{"name":"a","type":"double","values":[]},
                     {"name":"b","type":"double","values":[]}]})");
  ASSERT_TRUE(none) << none.error().message;
  convert("input/data/train/a.csv");
  convert("input/data/validation/b.csv");
  configure_parquet();
  // Beside a file with rows it is nothing to stumble over.
  folder_.write("input/data/train/none.csv", *none);
  ASSERT_EQ(run(), 0) << folder_.read("output/failure");
  folder_.write("input/data/validation/b.csv", *none);
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(folder_.read("output/failure"),
            "ClientError: Failed to load parquet data with exception:\nb.csv: there are no rows "
            "(channel validation)");
}

TEST_F(ParquetJob, TablesLargerThanTheirRoomAreNotConverted) {
  convert("input/data/train/a.csv");
  configure_parquet();
  const auto input = read_job_input(folder_.root());
  ASSERT_TRUE(input);
  Table table;
  EXPECT_EQ(ParquetChannels::convert(*input, 100).read("train", table).error().kind,
            ErrorKind::kLimitExceeded);
  EXPECT_TRUE(ParquetChannels::convert(*input, 0).read("train", table));
  EXPECT_EQ(table.rows, 300U);
  EXPECT_EQ(table.columns, 2U);
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
