// SPDX-License-Identifier: Apache-2.0
//
// A host in a process of its own, asked over its socket as a runner asks it.
#include "algorithms/xgboost/trainer/host.h"

#include "algorithms/parquet/client.h"
#include "algorithms/xgboost/trainer/seqpacket.h"
#include "algorithms/xgboost/trainer/test_data.h"

#include <boost/json.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

namespace tunesmith::algorithms::xgboost {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class TrainerHost : public testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = test_library();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    hyperparameters({});
    start(30);
  }
  void TearDown() override {
    if (host_ <= 0) return;
    kill(host_, SIGKILL);
    waitpid(host_, nullptr, 0);
  }

  void start(int idle_seconds, std::size_t cache_bytes = 0) {
    host_ = fork();
    if (host_ == 0) {
      HostOptions options;
      options.library_path = find_library("");
      options.socket_path = socket_path();
      options.idle = std::chrono::seconds(idle_seconds);
      options.cache_bytes = cache_bytes;
      _exit(run_host(std::move(options)) ? 0 : 1);
    }
  }
  std::string socket_path() const { return folder_.root() + "/host.sock"; }

  void hyperparameters(std::map<std::string, std::string> values) {
    values.emplace("num_round", "5");
    values.emplace("objective", "binary:logistic");
    values.emplace("eval_metric", "auc");
    folder_.hyperparameters(values);
  }

  FileDescriptor connect() const {
    for (int i = 0; i < 2000; ++i) {
      if (auto fd = connect_to(socket_path())) return std::move(*fd);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "no host";
    return {};
  }

  FileDescriptor request(const std::string& text) {
    auto fd = connect();
    const FileDescriptor log(
        open((folder_.root() + "/log").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600));
    EXPECT_TRUE(send(fd.get(), text, {log.get(), log.get()}));
    return fd;
  }
  FileDescriptor request_trial() {
    return request(R"({"root":")" + folder_.root() + R"(","threads":1})");
  }

  // All messages up to the end of the connection, merged into one object.
  static json::object answers(const FileDescriptor& fd) {
    json::object all;
    for (;;) {
      auto message = receive(fd.get());
      if (!message || !*message) return all;
      const auto answer = json::parse((*message)->text);
      for (const auto& [name, value] : answer.as_object()) all[name] = value;
    }
  }
  // The first message that has `member`.
  static json::value await(const FileDescriptor& fd, const char* member) {
    for (;;) {
      auto message = receive(fd.get());
      if (!message || !*message) return nullptr;
      const auto object = json::parse((*message)->text).as_object();
      if (const auto* value = object.if_contains(member)) return *value;
    }
  }

  JobFolder folder_;
  pid_t host_ = 0;
};

TEST_F(TrainerHost, TrainsAndReportsStartExitAndUse) {
  const auto all = answers(request_trial());
  ASSERT_TRUE(all.contains("exit")) << json::serialize(all);
  EXPECT_EQ(all.at("exit").as_int64(), 0) << folder_.read("log");
  EXPECT_GT(all.at("started").as_int64(), 1'600'000'000'000'000);
  EXPECT_GT(all.at("pid").as_int64(), 0);
  EXPECT_GT(all.at("start_ticks").to_number<std::int64_t>(), 0);
  EXPECT_GT(all.at("max_rss_kb").as_int64(), 0);
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
  EXPECT_THAT(folder_.read("log"), HasSubstr("\n[4]\ttrain-auc:"));
}

// A confined trial cannot start the program that reads Parquet.
TEST_F(TrainerHost, TrainsOnParquetThatItDoesNotHold) {
  TearDown();
  start(30, 1);
  folder_.write("input/config/inputdataconfig.json", R"({"train":{"ContentType":"parquet"}})");
  const auto table = parquet::write(
      R"({"columns":[{"name":"y","type":"integer","values":[0,1,0,1]},
                     {"name":"x","type":"double","values":[1,2,null,4]}]})");
  ASSERT_TRUE(table) << table.error().message;
  folder_.write("input/data/train/a.csv", *table);
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0) << folder_.read("log");
  EXPECT_THAT(folder_.read("log"), HasSubstr("Train matrix has 4 rows and 1 columns"));
}

TEST_F(TrainerHost, ServesManyTrialsOnOneDataSetAtOnce) {
  const auto listed = R"({"train":{"content_type":"csv","files":[{"name":"a.csv","path":")" +
                      folder_.root() + R"(/input/data/train/a.csv","identity":"one"}]}})";
  std::vector<std::unique_ptr<JobFolder>> jobs;
  std::vector<FileDescriptor> open;
  for (int i = 0; i < 6; ++i) {
    jobs.push_back(std::make_unique<JobFolder>());
    jobs.back()->hyperparameters({{"num_round", "5"}, {"objective", "binary:logistic"}});
    jobs.back()->write("input/config/channels.json", listed);
    open.push_back(request(R"({"root":")" + jobs.back()->root() + R"("})"));
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    EXPECT_EQ(answers(open[i]).at("exit").as_int64(), 0);
    EXPECT_TRUE(jobs[i]->exists("model/xgboost-model"));
  }
}

TEST_F(TrainerHost, TrainsWithSeveralThreads) {
  const auto all = answers(request(R"({"root":")" + folder_.root() + R"(","threads":2})"));
  EXPECT_EQ(all.at("exit").as_int64(), 0) << folder_.read("log");
}

TEST_F(TrainerHost, DataThatCannotBeReadFailsTheTrialWithItsReason) {
  folder_.write("input/data/train/a.csv", "no numbers\n");
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 1);
  EXPECT_THAT(folder_.read("output/failure"), HasSubstr("ClientError: Failed to load csv data"));
  folder_.write("input/data/train/a.csv", JobFolder::rows(1, 50));
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
}

TEST_F(TrainerHost, TerminatingATrialEndsItAloneAndSoon) {
  hyperparameters({{"num_round", "100000000"}});
  const auto fd = request_trial();
  const auto pid = await(fd, "pid").to_number<std::int64_t>();
  ASSERT_GT(pid, 0);
  // Let it begin its rounds.
  while (folder_.read("log").find("[0]\t") == std::string::npos) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  kill(static_cast<pid_t>(pid), SIGTERM);
  EXPECT_EQ(await(fd, "exit").as_int64(), 143);
  hyperparameters({});
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
}

TEST_F(TrainerHost, AKilledTrialIsReportedByItsSignal) {
  hyperparameters({{"num_round", "100000000"}});
  const auto fd = request_trial();
  kill(static_cast<pid_t>(await(fd, "pid").to_number<std::int64_t>()), SIGKILL);
  EXPECT_EQ(await(fd, "signal").as_int64(), SIGKILL);
}

TEST_F(TrainerHost, ATrialOutlivesItsClient) {
  hyperparameters({{"num_round", "300"}});
  {
    const auto fd = request_trial();
    ASSERT_FALSE(await(fd, "started").is_null());
  }
  for (int i = 0; i < 2000 && !folder_.exists("model/xgboost-model"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
}

TEST_F(TrainerHost, ATrialOutlivesItsHostAndReportsItsOwnEnd) {
  hyperparameters({{"num_round", "300"}});
  const auto fd = request_trial();
  ASSERT_FALSE(await(fd, "started").is_null());
  kill(host_, SIGKILL);
  waitpid(host_, nullptr, 0);
  host_ = 0;
  EXPECT_EQ(await(fd, "exit").as_int64(), 0);
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
}

TEST_F(TrainerHost, ATrialWithNeitherHostNorClientEnds) {
  hyperparameters({{"num_round", "100000000"}});
  pid_t trial = 0;
  {
    const auto fd = request_trial();
    trial = static_cast<pid_t>(await(fd, "pid").to_number<std::int64_t>());
    kill(host_, SIGKILL);
    waitpid(host_, nullptr, 0);
    host_ = 0;
    EXPECT_EQ(kill(trial, 0), 0);
  }
  const auto runs = [&] {
    std::ifstream in("/proc/" + std::to_string(trial) + "/stat");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return !text.empty() && text.find(") Z") == std::string::npos;
  };
  for (int i = 0; i < 2000 && runs(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_FALSE(runs());
}

TEST_F(TrainerHost, RefusesWhatIsNoRequest) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"root":"relative"})", R"({"root":"/x","threads":0})",
        R"({"root":"/x","threads":"many"})", R"({"root":"/x","memory_bytes":-1})",
        R"({"root":"/x","file_bytes":-1})"}) {
    const auto all = answers(request(text));
    EXPECT_TRUE(all.contains("error") || std::string(text).empty()) << text;
  }
  const auto bare = connect();
  ASSERT_TRUE(send(bare.get(), R"({"root":"/x"})"));
  EXPECT_TRUE(answers(bare).contains("error"));
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
}

TEST_F(TrainerHost, LimitsTheMemoryOfATrial) {
  // A few megabytes are not enough for the model's first arrays: the trial fails, the host goes on.
  std::string rows;
  for (int i = 0; i < 20000; ++i)
    rows += i % 2 == 0 ? "1,1,2,3,4,5,6,7,8,9\n" : "0,2,3,4,5,6,7,8,9,1\n";
  folder_.write("input/data/train/a.csv", rows);
  folder_.write("input/data/validation/b.csv", rows);
  const auto all = answers(request(R"({"root":")" + folder_.root() + R"(","memory_bytes":65536})"));
  EXPECT_TRUE(all.contains("signal") || all.at("exit").as_int64() != 0) << json::serialize(all);
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
}

TEST_F(TrainerHost, LimitsTheFilesOfATrial) {
  const auto all = answers(request(R"({"root":")" + folder_.root() + R"(","file_bytes":100})"));
  ASSERT_TRUE(all.contains("signal")) << json::serialize(all);
  EXPECT_EQ(all.at("signal").as_int64(), SIGXFSZ);
  const auto enough =
      answers(request(R"({"root":")" + folder_.root() + R"(","file_bytes":1000000})"));
  EXPECT_EQ(enough.at("exit").as_int64(), 0) << json::serialize(enough);
}

TEST_F(TrainerHost, ASecondHostLeavesThePathToTheFirst) {
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
  HostOptions options;
  options.library_path = find_library("");
  options.socket_path = socket_path();
  const pid_t second = fork();
  if (second == 0) {
    const auto result = run_host(std::move(options));
    _exit(!result && result.error().kind == ErrorKind::kAlreadyExists ? 7 : 1);
  }
  int status = 0;
  waitpid(second, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
}

TEST_F(TrainerHost, LeavesWhenIdleAndTakesItsSocketAlong) {
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
  kill(host_, SIGTERM);
  int status = 0;
  waitpid(host_, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(folder_.exists("host.sock"));
  start(1);
  EXPECT_EQ(answers(request_trial()).at("exit").as_int64(), 0);
  waitpid(host_, &status, 0);
  host_ = 0;
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(folder_.exists("host.sock"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
