// SPDX-License-Identifier: Apache-2.0
//
// Several workers as processes, each test's in a process of its own: confining leaves namespaces.
#include "algorithms/xgboost/trainer/distributed.h"

#include "algorithms/xgboost/trainer/job.h"
#include "algorithms/xgboost/trainer/test_data.h"
#include "base/files.h"
#include "base/strings.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Distributed : public testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = test_library();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    library_ = *loaded;
    folder_.write("input/config/inputdataconfig.json",
                  R"({"train":{"ContentType":"csv","S3DistributionType":"ShardedByS3Key"},
                      "validation":{"ContentType":"csv"}})");
    for (int i = 1; i < 4; ++i) {
      folder_.write("input/data/train/a" + std::to_string(i) + ".csv",
                    JobFolder::rows(static_cast<std::uint64_t>(10 + i), 300));
    }
    hyperparameters({});
  }
  void hyperparameters(std::map<std::string, std::string> values) {
    values.emplace("num_round", "10");
    values.emplace("objective", "binary:logistic");
    values.emplace("eval_metric", "auc");
    folder_.hyperparameters(values);
  }

  pid_t start(int hosts) const {
    ConfinedJobOptions options;
    options.root = folder_.root();
    for (int i = 1; i <= hosts; ++i) options.hosts.push_back("algo-" + std::to_string(i));
    options.threads = 2;
    // One worker alone sees it: the first to look takes it away.
    options.should_stop = [stop = folder_.root() + "/stop"] { return unlink(stop.c_str()) == 0; };
    const pid_t child = fork();
    if (child != 0) return child;
    const FileDescriptor log(
        open((folder_.root() + "/log").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    dup2(log.get(), STDOUT_FILENO);
    dup2(log.get(), STDERR_FILENO);
    _exit(run_confined_job(*library_, options));
  }
  static int end_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  int run(int hosts) const { return end_of(start(hosts)); }
  std::string log() const { return folder_.read("log"); }
  std::string failure() const { return folder_.read("output/failure"); }

  double last_auc() const {
    const auto text = log();
    const auto at = text.rfind("validation-auc:");
    return at == std::string::npos ? 0 : parse_double(text.substr(at + 15, 7)).value_or(0);
  }
  // Whoever takes over a dead process reaps it in its own time.
  static bool is_gone(pid_t process) {
    for (int i = 0; i < 2000 && kill(process, 0) == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return kill(process, 0) == -1;
  }
  // The children of a process, once they are `count`.
  static std::vector<pid_t> children(pid_t parent, std::size_t count) {
    const auto id = std::to_string(parent);
    for (int i = 0; i < 2000; ++i) {
      const auto text = read_file("/proc/" + id + "/task/" + id + "/children", 4096);
      std::vector<pid_t> found;
      const std::string list = text ? *text : "";
      for (const auto part : split(list, ' ')) {
        if (const auto pid = parse_int(part)) found.push_back(static_cast<pid_t>(*pid));
      }
      if (found.size() >= count) return found;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  }
  void await_log(const std::string& text) const {
    for (int i = 0; i < 4000 && log().find(text) == std::string::npos; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  JobFolder folder_;
  const Library* library_ = nullptr;
};

TEST_F(Distributed, FilesAreDealtOutOrReplicated) {
  const auto input = read_job_input(folder_.root());
  ASSERT_TRUE(input);
  const auto shares = share_out(*input, 3);
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_EQ(shares[0].channels.at("train").files.size(), 2U);
  EXPECT_EQ(shares[0].channels.at("train").files[1].name, "a3.csv");
  EXPECT_EQ(shares[1].channels.at("train").files.at(0).name, "a1.csv");
  EXPECT_EQ(shares[2].channels.at("train").files.at(0).name, "a2.csv");
  for (const auto& share : shares) EXPECT_EQ(share.channels.at("validation").files.size(), 1U);
}

TEST_F(Distributed, HostsAreThoseOfTheResourceConfiguration) {
  EXPECT_THAT(*read_hosts(folder_.root()), ElementsAre("algo-1"));
  folder_.write("input/config/resourceconfig.json",
                R"({"current_host":"algo-1","hosts":["algo-1","algo-2"]})");
  EXPECT_THAT(*read_hosts(folder_.root()), ElementsAre("algo-1", "algo-2"));
}

TEST_F(Distributed, WorkersBuildOneModelOfAllTheirData) {
  ASSERT_EQ(run(1), 0) << failure();
  const double alone = last_auc();
  ASSERT_EQ(run(2), 0) << log();
  EXPECT_NEAR(last_auc(), alone, 0.02);
  EXPECT_THAT(log(), HasSubstr("algo-1: Train matrix has 600 rows and 2 columns"));
  EXPECT_THAT(log(), HasSubstr("algo-2: Train matrix has 600 rows and 2 columns"));
  // Metrics are printed by one.
  EXPECT_EQ(log().find("\n[9]\ttrain-auc:"), log().rfind("\n[9]\ttrain-auc:"));
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
}

TEST_F(Distributed, MetricsOfTheContainerAreTheMeansOfTheWorkers) {
  hyperparameters({{"_tuning_objective_metric", "validation:f1"}, {"early_stopping_rounds", "5"}});
  ASSERT_EQ(run(3), 0) << log();
  EXPECT_THAT(log(), HasSubstr("\tvalidation-f1:0."));
  EXPECT_THAT(log(), HasSubstr("\tvalidation-auc:0."));
}

TEST_F(Distributed, HostsWithoutDataAreLeftOut) {
  ASSERT_EQ(run(6), 0) << log();
  EXPECT_THAT(log(), HasSubstr("Host algo-5 does not have training data in the train channel"));
  EXPECT_THAT(log(), HasSubstr("Distributed node training with 4 hosts"));
  for (const char* file : {"a1.csv", "a2.csv", "a3.csv"})
    std::filesystem::remove(folder_.root() + "/input/data/train/" + file);
  ASSERT_EQ(run(2), 0) << log();
  EXPECT_THAT(log(), HasSubstr("Only 1 host with training data, starting single node training."));
  std::filesystem::remove(folder_.root() + "/input/data/train/a.csv");
  ASSERT_EQ(run(2), 1);
  EXPECT_EQ(failure(), "ClientError: No data in training channel path /opt/ml/input/data/train");
}

TEST_F(Distributed, AWorkerThatCannotReadItsShareFailsTheJobWithItsReason) {
  folder_.write("input/data/train/a1.csv", "1,2,3\n0,no,4\n");
  ASSERT_EQ(run(2), 1);
  EXPECT_THAT(failure(),
              StartsWith("ClientError: Failed to load csv data with exception:\na1.csv, line 2"));
}

TEST_F(Distributed, AWorkerThatIsKilledFailsTheJobAndNothingIsLeft) {
  hyperparameters({{"num_round", "1000000"}});
  const pid_t job = start(3);
  await_log("[2]\t");
  const auto processes = children(job, 4);  // the tracker, then the workers
  ASSERT_EQ(processes.size(), 4U) << log();
  kill(processes[2], SIGKILL);
  EXPECT_EQ(end_of(job), 1);
  EXPECT_EQ(failure(), "AlgorithmError: The training on algo-2 was ended by signal 9.");
  for (const pid_t process : processes) EXPECT_TRUE(is_gone(process)) << process;
}

TEST_F(Distributed, WithoutItsTrackerAJobFails) {
  hyperparameters({{"num_round", "1000000"}});
  const pid_t job = start(2);
  await_log("[2]\t");
  const auto processes = children(job, 3);
  ASSERT_EQ(processes.size(), 3U) << log();
  kill(processes[0], SIGKILL);
  EXPECT_EQ(end_of(job), 1);
  EXPECT_THAT(failure(), StartsWith("AlgorithmError: "));
  for (const pid_t process : processes) EXPECT_TRUE(is_gone(process)) << process;
}

TEST_F(Distributed, AllStopAfterTheRoundInWhichOneIsAsked) {
  hyperparameters({{"num_round", "1000000"}});
  const pid_t job = start(2);
  await_log("[2]\t");
  folder_.write("stop", "");
  EXPECT_EQ(end_of(job), kJobTerminated) << log();
  EXPECT_FALSE(folder_.exists("model/xgboost-model"));
}

TEST_F(Distributed, TheExactMethodIsApproximatedAmongSeveral) {
  hyperparameters({{"tree_method", "exact"}});
  EXPECT_EQ(run(2), 0) << log() << failure();
}

TEST_F(Distributed, CheckpointsOfTheFirstAreGoneOnFromByAll) {
  folder_.write("input/config/checkpointconfig.json", "{}");
  hyperparameters({{"num_round", "4"}});
  ASSERT_EQ(run(2), 0) << log();
  hyperparameters({{"num_round", "6"}});
  ASSERT_EQ(run(2), 0) << log();
  EXPECT_THAT(log(), HasSubstr("Resuming from iteration 4"));
  EXPECT_THAT(log(), Not(HasSubstr("\n[3]\t")));
  EXPECT_THAT(log(), HasSubstr("\n[5]\t"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
