// SPDX-License-Identifier: Apache-2.0
//
// A hostile algorithm (test_programs/hostile_algorithm.cc) in a real runner: what it does to
// others, to the machine and to its own job's ending.
#include "runner/runner_fixture.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tunesmith::runner {
namespace {

class HostileTest : public RunnerTest {
 protected:
  training::LaunchSpec hostile(std::vector<std::string> arguments) const {
    training::LaunchSpec launch = spec("");
    launch.job.algorithm.program = TUNESMITH_HOSTILE_ALGORITHM;
    // Names this test's processes among all of the machine's.
    arguments.push_back(root_.string());
    launch.job.algorithm.arguments = std::move(arguments);
    return launch;
  }

  /// Why the job failed.
  std::string failure_of(const training::LaunchSpec& launch) {
    const training::Finish finish = run_to_the_end(launch);
    EXPECT_EQ(finish.outcome.status, JobStatus::kFailed);
    return finish.outcome.failure_reason;
  }

  bool walls() const {
    return runner_log().find("the algorithm runs without") == std::string::npos;
  }

  /// Processes of this test's algorithm that are there still.
  int left_running() const {
    int count = 0;
    std::error_code code;
    for (fs::directory_iterator it("/proc", code), end; !code && it != end; it.increment(code)) {
      const std::string command = read_file(it->path() / "cmdline", 1U << 16U).value_or("");
      if (command.find("runner-hostile") != std::string::npos &&
          command.find(root_.string()) != std::string::npos) {
        ++count;
      }
    }
    return count;
  }
};

TEST_F(HostileTest, AForkBombEndsItsOwnJobAndNothingOfItIsLeft) {
  EXPECT_THAT(failure_of(hostile({"fork-bomb"})), HasSubstr("more than 1024 processes"));
  EXPECT_TRUE(eventually([&] { return left_running() == 0; }));
}

TEST_F(HostileTest, AGroupThatAKilledRunnerLeftIsRemovedByTheNextOne) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  waitpid(dead, nullptr, 0);
  const bool first_version = fs::exists("/sys/fs/cgroup/pids");
  const fs::path group = fs::path(first_version ? "/sys/fs/cgroup/pids" : "/sys/fs/cgroup") /
                         ("tunesmith-" + std::to_string(dead));
  if (mkdir(group.c_str(), 0755) != 0) GTEST_SKIP() << "no control groups can be made here";
  run_to_the_end(hostile({"escape"}));
  EXPECT_FALSE(fs::exists(group));
}

TEST_F(HostileTest, ProcessesThatLeaveTheirGroupAndSessionEndWithTheJob) {
  const training::Finish finish = run_to_the_end(hostile({"escape"}));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  EXPECT_THAT(log_lines(), ::testing::ElementsAre("left"));
  EXPECT_TRUE(eventually([&] { return left_running() == 0; }));
}

TEST_F(HostileTest, AProcessThatAllocatesWithoutEndFailsWithItsLimitInTheReason) {
  training::LaunchSpec launch = hostile({"allocate"});
  launch.job.memory_limit_bytes = 128U << 20U;
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kFailed);
  // An allocation was refused; or the watch looked just before, when there was no room left.
  EXPECT_THAT(finish.outcome.failure_reason,
              ::testing::AnyOf(HasSubstr("its instance type has 128 MB"),
                               HasSubstr("of the 128 MB of its instance type")));
  EXPECT_LT(finish.outcome.max_rss_kb, 140 << 10);
}

TEST_F(HostileTest, ProcessesThatTogetherTakeTooMuchMemoryAreEndedWithAReason) {
  training::LaunchSpec launch = hostile({"allocate-together"});
  launch.job.memory_limit_bytes = 128U << 20U;
  EXPECT_THAT(failure_of(launch),
              ::testing::AllOf(HasSubstr("ran out of memory"), HasSubstr("of the 128 MB")));
}

TEST_F(HostileTest, UnderRootEachJobIsAUserOfItsOwn) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make another user of it";
  const fs::path others = root_.string() + "-of-others";
  std::ofstream(others) << "theirs";
  fs::permissions(others, fs::perms::owner_read);
  const training::Finish finish = run_to_the_end(hostile({"own-user", others}));
  fs::remove(others);
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  if (!walls()) GTEST_SKIP() << runner_log();
  EXPECT_THAT(log_lines(), ::testing::ElementsAre("user=2000000001", "processes=1088",
                                                  "a file that is its owner's alone=refused",
                                                  "root again=refused", "own folder=DONE",
                                                  "times of its folder=DONE"));
  EXPECT_NE(unpacked("model.tar.gz"), "");
}

TEST_F(HostileTest, AGigabyteOfOutputNeitherFillsTheDiskNorStallsTheJob) {
  // Under a sanitizer the runner reads much slower, and less will do.
  training::LaunchSpec launch = hostile({"flood", TUNESMITH_SANITIZED ? "32" : "1024"});
  launch.job.log_limit_bytes = 1U << 20U;
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  EXPECT_LE(log().size(), (1U << 20U) + 200);
  EXPECT_THAT(log_lines().back(), HasSubstr("the log has reached its limit"));
  ASSERT_THAT(finish.outcome.final_metrics, SizeIs(1));
  EXPECT_DOUBLE_EQ(finish.outcome.final_metrics[0].value, 7);
}

TEST_F(HostileTest, FilesBeyondTheJobsVolumeEndItWithAReason) {
  training::LaunchSpec launch = hostile({"many-files"});
  launch.job.disk_limit_bytes = 64U << 20U;
  EXPECT_THAT(failure_of(launch), HasSubstr("more than the 64 MB of its storage volume"));
  EXPECT_FALSE(fs::exists(folder_.ml()));
}

TEST_F(HostileTest, AFileBeyondTheJobsVolumeEndsIt) {
  training::LaunchSpec launch = hostile({"one-file"});
  launch.job.disk_limit_bytes = 8U << 20U;
  EXPECT_THAT(failure_of(launch), HasSubstr("storage volume"));
}

TEST_F(HostileTest, NothingOfTheServersOfOtherJobsOrOfOtherProcessesCanBeReached) {
  std::ofstream(root_ / "secret") << "key";
  fs::create_directories(root_ / "jobs/2/ml");
  std::ofstream(root_ / "jobs/2/ml/model") << "theirs";
  const FileDescriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(listener.get(), 8), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  training::LaunchSpec launch = hostile(
      {"spy", root_.string(), std::to_string(getpid()), std::to_string(ntohs(address.sin_port))});
  launch.job.network_isolation = true;
  const training::Finish finish = run_to_the_end(launch);
  if (!walls() || finish.outcome.failure_reason.find("gives none") != std::string::npos) {
    GTEST_SKIP() << "no name spaces here";
  }
  EXPECT_THAT(log_lines(),
              ::testing::ElementsAre(
                  "secret=refused", "secret by a relative path=refused", "other job=refused",
                  "own specification=refused", "kill=refused", "ptrace=refused", "memory=refused",
                  "write outside=refused", "name space=refused", "kernel's keys=refused",
                  "remount=refused", "network=refused", "own folder=DONE"));
  EXPECT_FALSE(fs::exists(root_.parent_path() / "written-by-an-algorithm"));
}

TEST_F(HostileTest, LinksInTheModelFolderBringNoForeignBytesIntoTheArtifact) {
  std::ofstream(root_ / "secret") << "key of the server";
  const training::Finish finish = run_to_the_end(hostile({"links", root_ / "secret"}));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  const std::string model = unpacked("model.tar.gz");
  ASSERT_NE(model, "");
  for (const char* name : {"absolute", "relative", "root", "loop"}) {
    EXPECT_TRUE(fs::is_symlink(fs::path(model) / name)) << name;
  }
}

}  // namespace
}  // namespace tunesmith::runner
