// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "services/logs/operations.h"
#include "services/logs/training_job_logs.h"
#include "store/sqlite/database.h"
#include "store/sqlite/sqlite_store.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace tunesmith::services::logs {
namespace {

using testing::ElementsAre;

constexpr const char* kGroup = "/aws/sagemaker/TrainingJobs";

class LogsTest : public testing::Test {
 protected:
  LogsTest() {
    std::filesystem::create_directories(folder_);
    database_ = store::Database::open(folder_ / "db").value();
    store_ = std::make_unique<store::SqliteStore>(*database_);
    source_ = std::make_unique<TrainingJobLogs>(
        *store_, [this](std::int64_t id) { return folder_ / std::to_string(id); });
    service_.sources = {source_.get()};
    context_.region = "us-east-1";
    context_.identity.account = "123456789012";
  }
  ~LogsTest() override {
    store_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// A job created at `created` seconds, with a line at each of `times`; ended at `ended` (both
  /// milliseconds) or still running.
  std::string job(const std::string& name, std::int64_t created,
                  const std::vector<std::int64_t>& times, std::optional<std::int64_t> ended = {}) {
    store::TrainingJob row;
    row.region = "us-east-1";
    row.name = name;
    row.created = row.modified = from_millis(created * 1000);
    if (ended) {
      row.ended = row.modified = from_millis(*ended);
      row.status = store::JobStatus::kCompleted;
    }
    std::int64_t id = 0;
    EXPECT_TRUE(store_->write([&](store::Transaction& t) -> Result<void> {
      TUNESMITH_TRY(id, t.insert(row));
      return {};
    }));
    std::ofstream file(folder_ / std::to_string(id));
    for (const auto time : times) file << time << " " << name << " at " << time << "\n";
    return fmt::format("{}/algo-1-{}", name, created);
  }

  api::GetLogEventsResponse get(const std::string& stream, api::GetLogEventsRequest input = {}) {
    input.log_group_name = kGroup;
    input.log_stream_name = stream;
    return get_log_events(service_, context_, input).value();
  }
  static std::vector<std::int64_t> times(const api::GetLogEventsResponse& answer) {
    std::vector<std::int64_t> all;
    for (const auto& event : *answer.events) all.push_back(*event.timestamp);
    return all;
  }
  std::vector<std::int64_t> filter_all(api::FilterLogEventsRequest input) {
    input.log_group_name = kGroup;
    std::vector<std::int64_t> all;
    for (;;) {
      const auto page = filter_log_events(service_, context_, input).value();
      for (const auto& event : *page.events) all.push_back(*event.timestamp);
      if (!page.next_token) return all;
      input.next_token = page.next_token;
    }
  }

  /// All events as "<stream> <text>".
  std::vector<std::string> filter_texts(api::FilterLogEventsRequest input, bool from_head) {
    input.log_group_name = kGroup;
    input.start_from_head = from_head;
    std::vector<std::string> all;
    for (;;) {
      const auto page = filter_log_events(service_, context_, input).value();
      for (const auto& e : *page.events) all.push_back(*e.log_stream_name + " " + *e.message);
      if (!page.next_token) return all;
      input.next_token = page.next_token;
      input.start_from_head.reset();  // the token knows
    }
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("logs-" + random_hex(6));
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<TrainingJobLogs> source_;
  Service service_;
  RequestContext context_;
};

TEST_F(LogsTest, WithoutATokenTheLatestEventsComeFirst) {
  const auto stream = job("a", 1, {1000, 2000, 3000, 4000, 5000});
  api::GetLogEventsRequest two;
  two.limit = 2;
  auto answer = get(stream, two);
  EXPECT_THAT(times(answer), ElementsAre(4000, 5000));
  two.next_token = answer.next_backward_token;
  answer = get(stream, two);
  EXPECT_THAT(times(answer), ElementsAre(2000, 3000));
  two.next_token = answer.next_backward_token;
  answer = get(stream, two);
  EXPECT_THAT(times(answer), ElementsAre(1000));
  two.next_token = answer.next_backward_token;
  answer = get(stream, two);
  EXPECT_THAT(times(answer), ElementsAre());
  EXPECT_EQ(answer.next_backward_token, two.next_token);
  two.next_token = answer.next_forward_token;
  EXPECT_THAT(times(get(stream, two)), ElementsAre(1000, 2000));
}

TEST_F(LogsTest, TheForwardTokenStaysAtTheEndUntilMoreIsWritten) {
  const auto stream = job("a", 1, {1000, 2000, 3000});
  api::GetLogEventsRequest input;
  input.start_from_head = true;
  auto answer = get(stream, input);
  EXPECT_THAT(times(answer), ElementsAre(1000, 2000, 3000));
  input.next_token = answer.next_forward_token;
  answer = get(stream, input);
  EXPECT_THAT(times(answer), ElementsAre());
  EXPECT_EQ(answer.next_forward_token, input.next_token);
  std::ofstream(folder_ / "1", std::ios::app) << "4000 more\n5000 unfinished";
  EXPECT_THAT(times(get(stream, input)), ElementsAre(4000));
}

TEST_F(LogsTest, TheStartOfARangeIsInItAndItsEndIsNot) {
  const auto stream = job("a", 1, {1000, 2000, 3000, 4000});
  for (const bool from_head : {true, false}) {
    api::GetLogEventsRequest input;
    input.start_time = 2000;
    input.end_time = 4000;
    input.start_from_head = from_head;
    EXPECT_THAT(times(get(stream, input)), ElementsAre(2000, 3000));
  }
}

TEST_F(LogsTest, AnAnswerIsBoundedInBytes) {
  std::vector<std::int64_t> many;
  for (int i = 0; i < 60000; ++i) many.push_back(1000 + i);
  const auto stream = job("a", 1, many);
  api::GetLogEventsRequest input;
  input.start_from_head = true;
  std::size_t seen = 0;
  for (;;) {
    const auto answer = get(stream, input);
    if (answer.events->empty()) break;
    EXPECT_LE(answer.events->size(), 10000U);
    EXPECT_EQ(*answer.events->front().timestamp, 1000 + static_cast<std::int64_t>(seen));
    seen += answer.events->size();
    input.next_token = answer.next_forward_token;
  }
  EXPECT_EQ(seen, many.size());
}

TEST_F(LogsTest, FilteringMergesTheStreamsByTime) {
  job("a", 1, {1000, 4000, 9000});
  job("b", 2, {2000, 4000, 5000});
  job("late", 8, {8000});
  EXPECT_THAT(filter_all({}), ElementsAre(1000, 2000, 4000, 4000, 5000, 8000, 9000));
  api::FilterLogEventsRequest input;
  input.limit = 1;
  EXPECT_THAT(filter_all(input), ElementsAre(1000, 2000, 4000, 4000, 5000, 8000, 9000));
  input.filter_pattern = "-late ";
  EXPECT_THAT(filter_all(input), ElementsAre(1000, 2000, 4000, 4000, 5000, 9000));
  input.filter_pattern = "b";
  input.start_time = 3000;
  input.end_time = 5000;
  EXPECT_THAT(filter_all(input), ElementsAre(4000, 5000));
  api::FilterLogEventsRequest named;
  named.log_stream_names = {"late/algo-1-8", "a/algo-1-1"};
  EXPECT_THAT(filter_all(named), ElementsAre(1000, 4000, 8000, 9000));
  api::FilterLogEventsRequest prefixed;
  prefixed.log_stream_name_prefix = "b";
  EXPECT_THAT(filter_all(prefixed), ElementsAre(2000, 4000, 5000));
}

TEST_F(LogsTest, TheLatestEventsComeFirstWhenAskedFor) {
  job("a", 1, {1000, 4000, 9000}, 9500);
  job("b", 2, {2000, 4000, 4000, 5000}, 9900);  // its end was told late
  job("runs", 3, {3000, 4000, 8000, 9600});
  job("late", 8, {8000}, 8000);
  for (const std::optional<std::int32_t> limit :
       {std::optional<std::int32_t>(), std::optional(1), std::optional(3)}) {
    api::FilterLogEventsRequest input;
    input.limit = limit;
    auto earliest_first = filter_texts(input, true);
    EXPECT_EQ(earliest_first.size(), 12U);
    std::reverse(earliest_first.begin(), earliest_first.end());
    EXPECT_EQ(filter_texts(input, false), earliest_first);
  }
}

TEST_F(LogsTest, TheLatestEventsOfARangeAPatternAndNamedStreams) {
  constexpr std::int64_t kBegin = 1'704'067'200;  // seconds: 2024
  const auto at = [](std::int64_t second) { return (kBegin + second) * 1000; };
  job("a", kBegin, {at(1), at(4), at(9)}, at(9));
  job("b", kBegin + 1, {at(2), at(4), at(5)}, at(6));
  job("c", kBegin + 2, {at(3), at(7)});
  api::FilterLogEventsRequest input;
  input.start_time = at(2);
  input.end_time = at(5);
  input.start_from_head = false;
  EXPECT_THAT(filter_all(input), ElementsAre(at(5), at(4), at(4), at(3), at(2)));
  input.limit = 2;
  input.filter_pattern = "b";
  EXPECT_THAT(filter_all(input), ElementsAre(at(5), at(4), at(2)));
  api::FilterLogEventsRequest named;
  named.start_from_head = false;
  named.log_stream_names = {fmt::format("b/algo-1-{}", kBegin + 1),
                            fmt::format("a/algo-1-{}", kBegin)};
  EXPECT_THAT(filter_all(named), ElementsAre(at(9), at(5), at(4), at(4), at(2), at(1)));
  input.start_time = at(0) - 1;
  input.log_group_name = kGroup;
  EXPECT_EQ(filter_log_events(service_, context_, input).error().code, "InvalidParameterException");
}

TEST_F(LogsTest, ManyStreamsAreMergedInBothDirections) {
  for (int n = 0; n < 250; ++n) {  // more than a page of streams
    const std::int64_t begin = 10 + n % 50;
    job("job-" + std::to_string(n), begin, {begin * 1000, begin * 1000 + n}, begin * 1000 + n);
  }
  auto earliest_first = filter_texts({}, true);
  EXPECT_EQ(earliest_first.size(), 500U);
  std::reverse(earliest_first.begin(), earliest_first.end());
  EXPECT_EQ(filter_texts({}, false), earliest_first);
}

TEST_F(LogsTest, ALongLineIsOneEvent) {
  const auto stream = job("a", 1, {1000});
  std::ofstream(folder_ / "1", std::ios::app)
      << "2000 " << std::string(100'000, 'x') << "\n3000 end\n";
  EXPECT_THAT(filter_all({}), ElementsAre(1000, 2000, 3000));
  api::FilterLogEventsRequest latest;
  latest.start_from_head = false;
  EXPECT_THAT(filter_all(latest), ElementsAre(3000, 2000, 1000));
}

TEST_F(LogsTest, StreamsAreListedByNamePrefixAndPage) {
  job("job-10", 1, {1000});
  job("job-1", 2, {2000});
  job("Job-2", 3, {3000});
  job("other", 4, {4000});
  api::DescribeLogStreamsRequest input;
  input.log_group_name = kGroup;
  input.log_stream_name_prefix = "job-1";
  input.limit = 1;
  std::vector<std::string> seen;
  for (;;) {
    const auto page = describe_log_streams(service_, context_, input).value();
    for (const auto& stream : *page.log_streams) seen.push_back(*stream.log_stream_name);
    if (!page.next_token) break;
    input.next_token = page.next_token;
  }
  EXPECT_THAT(seen, ElementsAre("job-1/algo-1-2", "job-10/algo-1-1"));
  input = {};
  input.log_group_name = kGroup;
  input.order_by = "LastEventTime";
  input.descending = true;
  EXPECT_EQ(describe_log_streams(service_, context_, input)->log_streams->front().log_stream_name,
            "other/algo-1-4");
}

TEST_F(LogsTest, WhatIsNotThereIsNotFound) {
  api::GetLogEventsRequest input;
  input.log_group_name = kGroup;
  input.log_stream_name = "none/algo-1-1";
  EXPECT_EQ(get_log_events(service_, context_, input).error().code, "ResourceNotFoundException");
  job("a", 1, {1000});
  EXPECT_EQ(get_log_events(service_, context_, input).error().message,
            "The specified log stream does not exist.");
  input.log_stream_name = "a/algo-1-1";
  input.next_token = "f/12";
  EXPECT_EQ(get_log_events(service_, context_, input).error().code, "InvalidParameterException");
}

}  // namespace
}  // namespace tunesmith::services::logs
