// SPDX-License-Identifier: Apache-2.0
#include "inference/transform_run.h"

#include "base/random.h"
#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace tunesmith::inference {
namespace {

using algorithms::xgboost::Frame;
using testing::ElementsAre;

class TransformRun : public testing::Test {
 protected:
  ~TransformRun() override { std::filesystem::remove(path_); }
  /// A model that answers each line with the number of its cells.
  Result<bool> run(const std::string& input) {
    std::ofstream(path_, std::ios::binary) << input;
    TransformHooks hooks;
    hooks.ask = [&](const Frame& request) -> Result<Frame> {
      asked.push_back(request.body);
      Frame answer{200, "text/csv", "", ""};
      std::string_view text = request.body;
      if (text.ends_with('\n')) text.remove_suffix(1);
      for (const auto line : split(text, '\n'))
        answer.body += std::to_string(split(line, ',').size()) + "\n";
      return answer;
    };
    hooks.write = [&](std::string_view text) -> Result<void> {
      written += text;
      return {};
    };
    hooks.should_stop = [&] { return asked.size() >= stop_after; };
    return transform_object(spec, path_, hooks);
  }

  TransformSpec spec;
  std::vector<std::string> asked;
  std::string written;
  std::size_t stop_after = 1000;
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("transform-" + random_hex(6));
};

TEST_F(TransformRun, AnObjectIsOneRecordUnlessItIsSplit) {
  EXPECT_TRUE(run("1,2\n3,4\n").value());
  EXPECT_THAT(asked, ElementsAre("1,2\n3,4\n"));
  EXPECT_EQ(written, "2\n2\n");
}

TEST_F(TransformRun, LinesAreSentInBatchesThatFitThePayload) {
  spec.by_line = true;
  spec.max_payload = 9;
  EXPECT_TRUE(run("1,2\r\n3,4\n\n5,6").value());
  EXPECT_THAT(asked, ElementsAre("1,2\n3,4\n", "5,6\n"));
  asked.clear();
  spec.single_record = true;
  EXPECT_TRUE(run("1,2\n3,4\n").value());
  EXPECT_THAT(asked, ElementsAre("1,2\n", "3,4\n"));
  EXPECT_EQ(run("1,2,3,4,5,6\n").error().kind, ErrorKind::kLimitExceeded);
}

TEST_F(TransformRun, InputIsFilteredJoinedAndFilteredAgain) {
  spec.by_line = true;
  spec.input_filter = "$[1:]";
  spec.join_input = true;
  EXPECT_TRUE(run("a,1,2\nb,3,4\n").value());
  EXPECT_THAT(asked, ElementsAre("1,2\n3,4\n"));
  EXPECT_EQ(written, "a,1,2,2\nb,3,4,2\n");
  written.clear();
  spec.output_filter = "$[0,-1]";
  EXPECT_TRUE(run("a,1,2\nb,3,4\n").value());
  EXPECT_EQ(written, "a,2\nb,2\n");
}

TEST_F(TransformRun, AStopTakesEffectBetweenBatches) {
  spec.by_line = spec.single_record = true;
  stop_after = 2;
  EXPECT_FALSE(run("1\n2\n3\n4\n").value());
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(TransformRun, WhatIsNoGzipFileIsRefused) {
  spec.gzip = true;
  EXPECT_EQ(run("1,2\n").error().kind, ErrorKind::kInvalid);
}

TEST_F(TransformRun, AnEmptyObjectHasNoRecords) {
  spec.by_line = true;
  EXPECT_TRUE(run("").value());
  EXPECT_TRUE(asked.empty());
}

}  // namespace
}  // namespace tunesmith::inference
