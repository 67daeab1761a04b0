// SPDX-License-Identifier: Apache-2.0
//
// The program tunesmith-runner, as the launcher starts it, against a server of the test. For tests
// only; one job's folder, made and removed with the fixture.
#pragma once

#include "base/files.h"
#include "base/random.h"
#include "base/strings.h"
#include "runner/fake_server.h"
#include "training/job_folder.h"
#include "training/local/local_launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tunesmith::runner {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using training::JobStatus;
using training::MetricPoint;
using training::RunnerState;

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest()
      : root_(fs::temp_directory_path() / ("runner-" + random_hex(8))),
        folder_(root_ / "jobs/1"),
        launcher_(TUNESMITH_RUNNER) {
    fs::create_directories(root_ / "jobs");
    server_.emplace(root_ / "run.sock");
  }
  ~RunnerTest() override {
    static_cast<void>(launcher_.kill(folder_.root()).has_value());
    wait_for_death();
    // Where a sanitizer built into the runner would speak.
    EXPECT_EQ(runner_log().find("runtime error"), std::string::npos) << runner_log();
    EXPECT_EQ(runner_log().find("Sanitizer"), std::string::npos) << runner_log();
    fs::remove_all(root_);
  }

  training::LaunchSpec spec(const std::string& mode) const {
    training::LaunchSpec launch;
    launch.job_folder = folder_.root();
    launch.job.job_id = "1";
    launch.job.job_name = "job-one";
    launch.job.attempt = 2;
    launch.job.token = "secret";
    launch.job.server_socket = (root_ / "run.sock").string();
    launch.job.algorithm.kind = training::AlgorithmKind::kProcess;
    launch.job.algorithm.program = TUNESMITH_TEST_ALGORITHM;
    launch.job.algorithm.arguments = {mode};
    launch.job.metric_definitions = {
        {"validation:auc", R"(.*\[[0-9]+\].*#011validation-auc:(\S+))"},
        {"loss", "loss=([0-9.]+)"}};
    return launch;
  }
  /// A job with a checkpoint folder that held one file.
  training::LaunchSpec checkpointed_spec(const std::string& mode) const {
    training::LaunchSpec launch = spec(mode);
    std::ofstream(root_ / "object") << "from an earlier job";
    launch.job.checkpoints = {
        "/opt/ml/checkpoints",
        {{"deep/old", (root_ / "object").string(), fs::file_size(root_ / "object"), "1"}}};
    return launch;
  }
  training::LaunchSpec hosted_spec() const {
    training::LaunchSpec launch = spec("");
    launch.job.algorithm.kind = training::AlgorithmKind::kXgboost;
    launch.job.algorithm.arguments.clear();
    launch.job.algorithm.host_key = "0123";
    launch.job.algorithm.hosts_folder = (root_ / "hosts").string();
    return launch;
  }

  /// Waits, for as long as a very slow machine may need.
  static bool eventually(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  bool wait_for_death() {
    return eventually(
        [&] { return launcher_.probe(folder_.root())->state != RunnerState::kRunning; });
  }
  bool wait_for_log(const std::string& text) {
    return eventually([&] { return log().find(text) != std::string::npos; });
  }
  std::string log() const { return read_file(folder_.log()).value_or(""); }
  std::string runner_log() const { return read_file(folder_.runner_log()).value_or(""); }
  /// The log without its stamps.
  std::vector<std::string> log_lines() const {
    std::vector<std::string> lines;
    const std::string text = log();
    for (const std::string_view line : split(text, '\n')) {
      if (line.empty()) continue;
      const std::size_t space = line.find(' ');
      EXPECT_TRUE(parse_int(line.substr(0, space))) << line;
      lines.emplace_back(line.substr(space + 1));
    }
    return lines;
  }
  training::Finish run_to_the_end(const training::LaunchSpec& launch) {
    EXPECT_TRUE(launcher_.launch(launch));
    EXPECT_TRUE(wait_for_death());
    const auto seen = server_->seen();
    EXPECT_THAT(seen.wrong, IsEmpty());
    EXPECT_THAT(seen.finishes, SizeIs(1)) << runner_log();
    return seen.finishes.empty() ? training::Finish{} : seen.finishes[0];
  }
  std::vector<MetricPoint> all_points() {
    std::vector<MetricPoint> points;
    for (const training::Report& report : server_->seen().reports) {
      points.insert(points.end(), report.metrics.begin(), report.metrics.end());
    }
    return points;
  }
  std::string unpacked(const std::string& name) {
    const fs::path archive = root_ / "unpack.tar.gz";
    std::ofstream(archive) << server_->seen().artifacts["job=1&attempt=2&name=" + name];
    const fs::path into = root_ / "unpacked";
    fs::create_directories(into);
    const pid_t pid = fork();
    if (pid == 0) {
      execlp("tar", "tar", "-xzf", archive.c_str(), "-C", into.c_str(), nullptr);
      _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return status == 0 ? into.string() : std::string();
  }

  const fs::path root_;
  const training::JobFolder folder_;
  training::LocalLauncher launcher_;
  std::optional<FakeServer> server_;
};

}  // namespace tunesmith::runner
