// SPDX-License-Identifier: Apache-2.0
#include "training/job_log.h"

#include "base/random.h"
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <fstream>

namespace tunesmith::training {
namespace {

class JobLog : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("job-log-" + random_hex(6));
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  void write(const std::string& text) { std::ofstream(path_, std::ios::binary) << text; }

  std::filesystem::path path_;
};

TEST_F(JobLog, LinesComeWithTheirTimesAndTheOffsetToGoOnFrom) {
  write("1000 first\n2000 second line\nno time\n");
  const auto chunk = read_log(path_, 0, 1000).value();
  ASSERT_EQ(chunk.lines.size(), 3U);
  EXPECT_EQ(chunk.lines[1].time, 2000);
  EXPECT_EQ(chunk.lines[1].text, "second line");
  EXPECT_EQ(chunk.lines[2].time, 0);
  EXPECT_EQ(chunk.lines[2].text, "no time");
  EXPECT_EQ(chunk.next, chunk.size);
  EXPECT_TRUE(read_log(path_, chunk.next, 1000)->lines.empty());
}

TEST_F(JobLog, AnUnfinishedLineIsLeftForLater) {
  write("1 a\n2 b");
  const auto chunk = read_log(path_, 0, 1000).value();
  ASSERT_EQ(chunk.lines.size(), 1U);
  EXPECT_EQ(chunk.next, 4);
  write("1 a\n2 bcd\n");
  EXPECT_EQ(read_log(path_, chunk.next, 1000)->lines.at(0).text, "bcd");
}

TEST_F(JobLog, ReadingInPiecesGivesEveryLineOnce) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += std::to_string(i + 1) + " " + std::string(static_cast<std::size_t>(i) % 37, 'x') + "\n";
  write(text);
  std::int64_t expected = 1;
  std::int64_t from = 0;
  while (from < static_cast<std::int64_t>(text.size())) {
    const auto chunk = read_log(path_, from, 100).value();
    ASSERT_FALSE(chunk.lines.empty());
    for (const auto& line : chunk.lines) EXPECT_EQ(line.time, expected++);
    from = chunk.next;
  }
  EXPECT_EQ(expected, 201);
}

TEST_F(JobLog, ANegativeOffsetBeginsWithTheNextWholeLine) {
  write("1 aaaa\n2 bbbb\n3 cccc\n");
  for (std::int64_t back = 1; back <= 30; ++back) {
    const auto chunk = read_log(path_, -back, 1000).value();
    EXPECT_EQ(static_cast<std::int64_t>(chunk.lines.size()), std::min<std::int64_t>(back / 7, 3))
        << back;
    EXPECT_EQ(chunk.next, 21);
  }
}

TEST_F(JobLog, ALineLongerThanTheLimitComesWhole) {
  write("4 " + std::string(300, 'x') + "\n5 end\n");
  const auto chunk = read_log(path_, 0, 100).value();
  EXPECT_EQ(chunk.lines.at(0).time, 4);
  EXPECT_EQ(chunk.lines.at(0).text, std::string(300, 'x'));
  EXPECT_EQ(chunk.lines.at(1).text, "end");
}

TEST_F(JobLog, ALineOfEndlessLengthComesInParts) {
  write(std::string(2'000'000, 'x'));
  const auto chunk = read_log(path_, 0, 100).value();
  EXPECT_GT(chunk.next, 256 * 1024);
  EXPECT_LT(chunk.next, 2'000'000);
  EXPECT_EQ(chunk.lines.at(0).text.size(), static_cast<std::size_t>(chunk.next));
}

TEST_F(JobLog, AnUnfinishedLineHidesNothingBeforeIt) {
  write("1 a\n2 b\n3 " + std::string(300, 'x'));
  const auto chunk = read_log_before(path_, 1000, 100).value();
  ASSERT_FALSE(chunk.lines.empty());
  EXPECT_EQ(chunk.lines.back().text, "b");
  EXPECT_TRUE(read_log(path_, 8, 100)->lines.empty());
}

TEST_F(JobLog, NoFileIsAnEmptyLogAndOtherThingsThanFilesAreRefused) {
  EXPECT_EQ(read_log(path_, -500, 100)->size, 0);
  std::filesystem::create_directory(path_);
  EXPECT_FALSE(read_log(path_, 0, 100));
}

TEST_F(JobLog, ReadingBackwardsGivesEveryLineOnceAndWhole) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text +=
        std::to_string(i + 1) + " " + std::string(static_cast<std::size_t>(i) % 137, 'x') + "\n";
  write(text + "201 unfinished");
  std::int64_t expected = 200;
  auto before = static_cast<std::int64_t>(text.size()) + 5;
  while (before > 0) {
    const auto chunk = read_log_before(path_, before, 100).value();
    ASSERT_FALSE(chunk.lines.empty());
    for (auto line = chunk.lines.rbegin(); line != chunk.lines.rend(); ++line)
      EXPECT_EQ(line->time, expected--);
    EXPECT_EQ(chunk.lines.front().at, chunk.from);
    before = chunk.from;
  }
  EXPECT_EQ(expected, 0);
}

TEST_F(JobLog, ATimeIsFoundByItsFirstLine) {
  std::string text;
  std::vector<std::int64_t> times, offsets;
  Rng rng(2);
  std::int64_t time = 1000;
  for (int i = 0; i < 100; ++i) {
    time += static_cast<std::int64_t>(rng.below(3));
    times.push_back(time);
    offsets.push_back(static_cast<std::int64_t>(text.size()));
    text += std::to_string(time) + " " + std::string(rng.below(90), 'x') + "\n";
  }
  write(text);
  for (std::int64_t sought = 999; sought <= time + 1; ++sought) {
    const auto first = std::lower_bound(times.begin(), times.end(), sought) - times.begin();
    const auto expected = first == 100 ? static_cast<std::int64_t>(text.size())
                                       : offsets[static_cast<std::size_t>(first)];
    EXPECT_EQ(find_log_time(path_, sought).value(), expected) << sought;
  }
  EXPECT_EQ(find_log_time(path_ / "none", 5).value_or(0), 0);
}

TEST_F(JobLog, AnyBytesAndAnyOffsetsGiveValidText) {
  Rng rng(1);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(rng.below(200), '\0');
    for (auto& c : bytes) c = static_cast<char>(rng.below(4) == 0 ? '\n' : rng.below(256));
    write(bytes);
    const auto from = static_cast<std::int64_t>(rng.below(600)) - 300;
    const auto chunk = read_log(path_, from, 1 + rng.below(80));
    ASSERT_TRUE(chunk);
    EXPECT_LE(chunk->next, chunk->size);
    for (const auto& line : chunk->lines) EXPECT_TRUE(is_valid_utf8(line.text));
    EXPECT_TRUE(read_log_before(path_, from, 1 + rng.below(80)));
    EXPECT_TRUE(find_log_time(path_, from));
  }
  write("x\n");
  EXPECT_TRUE(read_log(path_, INT64_MIN, 10));
  EXPECT_TRUE(read_log(path_, INT64_MAX, 10));
}

}  // namespace
}  // namespace tunesmith::training
