// SPDX-License-Identifier: Apache-2.0
//
// The program tunesmith-runner, as the launcher starts it, against a server of the test.
#include "base/utf8.h"
#include "runner/runner_fixture.h"

#include <signal.h>

namespace tunesmith::runner {
namespace {

TEST_F(RunnerTest, RestoresCheckpointsAndSendsWhatTheAlgorithmChangesInThem) {
  run_to_the_end(checkpointed_spec("checkpoint"));
  EXPECT_THAT(log(), HasSubstr("found from an earlier job"));
  EXPECT_THAT(log(), HasSubstr("config {\"LocalPath\":\"/opt/ml/checkpoints\"}"));
  const auto sent = server_->seen().checkpoints;
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent.begin()->first, "job=1&attempt=2&name=new%2Fone");
  EXPECT_EQ(sent.begin()->second, "of this job");
}

TEST_F(RunnerTest, AJobRunsFromClaimToAcknowledgedEnd) {
  const training::Finish finish = run_to_the_end(spec("normal"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  EXPECT_EQ(finish.outcome.secondary_status, "Completed");
  EXPECT_EQ(finish.outcome.exit_code, 0);
  EXPECT_EQ(finish.outcome.failure_reason, "");
  EXPECT_GT(finish.outcome.first_instruction_us, 0);
  EXPECT_LE(finish.outcome.start_ms, finish.outcome.end_ms);
  EXPECT_THAT(log_lines(), ::testing::ElementsAre("[0]#011train-auc:0.5#011validation-auc:0.70",
                                                  "[1]#011train-auc:0.5#011validation-auc:0.71",
                                                  "[2]#011train-auc:0.5#011validation-auc:0.72"));
  EXPECT_EQ(finish.outcome.log_bytes, log().size());
  const auto points = all_points();
  ASSERT_THAT(points, SizeIs(3));
  for (int i = 0; i < 3; ++i) {
    const MetricPoint& point = points[static_cast<std::size_t>(i)];
    EXPECT_EQ(point.name, "validation:auc");
    EXPECT_DOUBLE_EQ(point.value, 0.70 + 0.01 * i);
    EXPECT_EQ(point.step, i);
  }
  ASSERT_THAT(finish.outcome.final_metrics, SizeIs(1));
  EXPECT_DOUBLE_EQ(finish.outcome.final_metrics[0].value, 0.72);

  const std::string model = unpacked("model.tar.gz");
  ASSERT_NE(model, "");
  EXPECT_EQ(read_file(model + "/xgboost-model").value_or(""), "model by process");
  EXPECT_FALSE(fs::exists(folder_.ml()));
  EXPECT_FALSE(fs::exists(folder_.artifact("model.tar.gz")));

  const auto probe = launcher_.probe(folder_.root());
  EXPECT_EQ(probe->state, RunnerState::kFinished);
  EXPECT_EQ(probe->finish->report.attempt, 2);
  const auto claims = server_->seen().claims;
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].runner, *training::read_identity(folder_));
}

TEST_F(RunnerTest, TheAlgorithmFindsTheContainersFoldersAndNothingOfTheServers) {
  std::ofstream(root_ / "blob") << "1,2,3";
  training::LaunchSpec launch = spec("echo");
  launch.job.hyperparameters = {{"eta", "0.1"}};
  launch.job.environment = {{"X", "y"}};
  launch.job.instance_count = 2;
  launch.job.channels["train"].content_type = "text/csv";
  launch.job.channels["train"].files = {{"a/b.csv", (root_ / "blob").string(), 5, "v1"}};
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  const auto lines = log_lines();
  ASSERT_THAT(lines, SizeIs(9));
  EXPECT_EQ(lines[0], R"({"eta":"0.1"})");
  EXPECT_THAT(lines[1], HasSubstr(R"("ContentType":"text/csv")"));
  EXPECT_THAT(lines[2], HasSubstr(R"("current_host":"algo-1")"));
  EXPECT_THAT(lines[2], HasSubstr(R"("hosts":["algo-1","algo-2"])"));
  EXPECT_THAT(lines[3], HasSubstr((root_ / "blob").string()));
  EXPECT_EQ(lines[4], "data 1,2,3");
  EXPECT_EQ(lines[5], "X=y");
  EXPECT_EQ(lines[6], "HOME=absent");
  EXPECT_EQ(lines[7], "stdin -1 fds 0 1 2");
  EXPECT_EQ(lines[8], "last line without an end");
  EXPECT_THAT(finish.outcome.artifacts, SizeIs(2));
  EXPECT_EQ(read_file(unpacked("output.tar.gz") + "/extra").value_or(""), "extra");
}

TEST_F(RunnerTest, AFailureIsExplainedByTheAlgorithmsOwnWords) {
  const training::Finish finish = run_to_the_end(spec("fail"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kFailed);
  EXPECT_EQ(finish.outcome.failure_reason,
            "ClientError: the label column is missing, exit code: 3");
  EXPECT_THAT(finish.outcome.artifacts, IsEmpty());
}

TEST_F(RunnerTest, AFailureWithBytesThatAreNoTextIsToldToItsEnd) {
  EXPECT_EQ(run_to_the_end(spec("binary-failure")).outcome.failure_reason,
            "ClientError: '\xEF\xBF\xBD\xEF\xBF\xBD' is not a number, exit code: 1");
}

TEST_F(RunnerTest, AFailureWithoutWordsIsExplainedAllTheSame) {
  EXPECT_EQ(run_to_the_end(spec("silent-fail")).outcome.failure_reason,
            "AlgorithmError: the algorithm failed and left no reason, exit code: 4");
}

TEST_F(RunnerTest, ALongFailureTextIsCutBetweenCharacters) {
  const training::Finish finish = run_to_the_end(spec("long-failure"));
  EXPECT_LE(finish.outcome.failure_reason.size(), 1024U);
  EXPECT_GT(finish.outcome.failure_reason.size(), 1000U);
  EXPECT_TRUE(is_valid_utf8(finish.outcome.failure_reason));
  EXPECT_TRUE(finish.outcome.failure_reason.ends_with(", exit code: 1"));
}

TEST_F(RunnerTest, ACrashNamesItsSignal) {
  const training::Finish finish = run_to_the_end(spec("segv"));
  EXPECT_EQ(finish.outcome.signal, SIGSEGV);
  EXPECT_THAT(finish.outcome.failure_reason, HasSubstr("killed by signal 11 (SIGSEGV)"));
}

TEST_F(RunnerTest, AProgramThatIsNotThereFailsTheJob) {
  training::LaunchSpec launch = spec("normal");
  launch.job.algorithm.program = "/nowhere/program";
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kFailed);
  EXPECT_THAT(finish.outcome.failure_reason, HasSubstr("/nowhere/program"));
}

TEST_F(RunnerTest, ABadMetricExpressionFailsTheJob) {
  training::LaunchSpec launch = spec("normal");
  launch.job.metric_definitions = {{"m", "("}};
  EXPECT_THAT(run_to_the_end(launch).outcome.failure_reason, StartsWith("ClientError: "));
}

TEST_F(RunnerTest, TheAlgorithmHasNoNetworkAndNoMoreMemoryThanItMay) {
  training::LaunchSpec launch = spec("limits");
  launch.job.network_isolation = true;
  launch.job.memory_limit_bytes = 256U << 20U;
  const training::Finish finish = run_to_the_end(launch);
  if (finish.outcome.failure_reason.find("this system gives none") != std::string::npos) {
    GTEST_SKIP() << "no network name spaces here";
  }
  EXPECT_THAT(log_lines(), ::testing::ElementsAre("interfaces=1", "large=refused"));
}

TEST_F(RunnerTest, AStaleAttemptStartsNothing) {
  server_->behave({.claim = 409});
  ASSERT_TRUE(launcher_.launch(spec("normal")));
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(launcher_.probe(folder_.root())->state, RunnerState::kDead);
  EXPECT_EQ(log(), "");
}

TEST_F(RunnerTest, AnAttemptThatIsFencedOffWhileItRunsEndsItsAlgorithmQuietly) {
  server_->behave({.report = 409});
  ASSERT_TRUE(launcher_.launch(spec("hang")));
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(launcher_.probe(folder_.root())->state, RunnerState::kDead);
  EXPECT_THAT(server_->seen().finishes, IsEmpty());
}

TEST_F(RunnerTest, AStopLetsTheAlgorithmSaveItsModel) {
  ASSERT_TRUE(launcher_.launch(spec("wait")));
  ASSERT_TRUE(wait_for_log("ready"));
  ASSERT_TRUE(launcher_.stop(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  const auto seen = server_->seen();
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_EQ(seen.finishes[0].outcome.status, JobStatus::kStopped);
  EXPECT_EQ(seen.finishes[0].outcome.secondary_status, "Stopped");
  EXPECT_EQ(read_file(unpacked("model.tar.gz") + "/xgboost-model").value_or(""), "stopped in time");
}

TEST_F(RunnerTest, AStopThatAReportsAnswerAsksForIsObeyed) {
  ASSERT_TRUE(launcher_.launch(spec("wait")));
  ASSERT_TRUE(wait_for_log("ready"));
  server_->behave({.stop = true});
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(server_->seen().finishes.at(0).outcome.status, JobStatus::kStopped);
}

TEST_F(RunnerTest, AStopAskedForAtTheClaimStartsNothing) {
  server_->behave({.stop = true});
  const training::Finish finish = run_to_the_end(spec("normal"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kStopped);
  EXPECT_EQ(finish.outcome.start_ms, 0);
  EXPECT_EQ(log(), "");
}

TEST_F(RunnerTest, AnAlgorithmThatIgnoresTheStopIsKilledAfterItsGrace) {
  training::LaunchSpec launch = spec("hang");
  launch.job.kill_grace_seconds = 0.1;
  ASSERT_TRUE(launcher_.launch(launch));
  ASSERT_TRUE(wait_for_log("ready"));
  ASSERT_TRUE(launcher_.stop(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  const auto seen = server_->seen();
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_EQ(seen.finishes[0].outcome.status, JobStatus::kStopped);
  EXPECT_EQ(seen.finishes[0].outcome.signal, SIGKILL);
  EXPECT_THAT(seen.artifacts, IsEmpty());
  EXPECT_DOUBLE_EQ(seen.finishes[0].outcome.final_metrics.at(0).value, 1.5);
}

TEST_F(RunnerTest, TheTimeLimitHoldsAndSaysSo) {
  training::LaunchSpec launch = spec("wait");
  launch.job.max_runtime_seconds = 0.05;
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kStopped);
  EXPECT_EQ(finish.outcome.secondary_status, "MaxRuntimeExceeded");
}

TEST_F(RunnerTest, TheJobGoesOnWhileTheServerIsAway) {
  training::LaunchSpec launch = spec("wait");
  launch.job.max_runtime_seconds = 0.3;  // holds with nobody there
  ASSERT_TRUE(launcher_.launch(launch));
  ASSERT_TRUE(wait_for_log("ready"));
  server_->go_away();
  ASSERT_TRUE(eventually([&] { return training::read_outcome(folder_)->has_value(); }));
  EXPECT_EQ(launcher_.probe(folder_.root())->state, RunnerState::kRunning);
  server_->start();
  ASSERT_TRUE(wait_for_death());
  const auto seen = server_->seen();
  ASSERT_THAT(seen.finishes, SizeIs(1));
  EXPECT_THAT(seen.artifacts, SizeIs(1));
  EXPECT_EQ(all_points().at(0).value, 2.5);
}

TEST_F(RunnerTest, ARunnerWaitsForAServerThatIsNotThereYet) {
  server_->go_away();
  ASSERT_TRUE(launcher_.launch(spec("normal")));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(log(), "");
  server_->start();
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(server_->seen().finishes.at(0).outcome.status, JobStatus::kCompleted);
}

TEST_F(RunnerTest, ARunnerWhoseFolderIsGoneDoesNotWaitForAServer) {
  server_->go_away();
  ASSERT_TRUE(launcher_.launch(spec("normal")));
  ASSERT_TRUE(eventually([&] { return fs::exists(folder_.ml()); }));
  const fs::path elsewhere = root_ / "elsewhere";
  fs::rename(folder_.root(), elsewhere);
  EXPECT_TRUE(
      eventually([&] { return launcher_.probe(elsewhere)->state != RunnerState::kRunning; }));
}

TEST_F(RunnerTest, AServerThatFailsIsAskedAgain) {
  server_->behave({.artifact = 503, .finish = 500});
  ASSERT_TRUE(launcher_.launch(spec("normal")));
  ASSERT_TRUE(eventually([&] { return training::read_outcome(folder_)->has_value(); }));
  const auto written = training::read_outcome(folder_);
  EXPECT_FALSE((*written)->outcome.artifacts.at(0).uploaded);
  EXPECT_TRUE(fs::exists(folder_.artifact("model.tar.gz")));
  EXPECT_THAT((*written)->report.metrics, SizeIs(3));
  server_->behave({});
  ASSERT_TRUE(wait_for_death());
  EXPECT_THAT(server_->seen().finishes, SizeIs(1));
  EXPECT_THAT(server_->seen().artifacts, SizeIs(1));
}

TEST_F(RunnerTest, BinaryOutputAndHugeLinesBecomeAReadableLog) {
  const training::Finish finish = run_to_the_end(spec("binary"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  EXPECT_TRUE(is_valid_utf8(log()));
  std::size_t x_lines = 0;
  for (const std::string& line : log_lines()) {
    if (line.find_first_not_of('x') == std::string::npos && !line.empty()) ++x_lines;
  }
  EXPECT_EQ(x_lines, 4U);  // a million bytes in pieces of 256 KiB
  EXPECT_DOUBLE_EQ(finish.outcome.final_metrics.at(0).value, 3.5);
}

TEST_F(RunnerTest, AModelIsPackedWhenAFullDiskHasRoomAgain) {
  // The device's first write says that there is no space; what is left of the try is deleted.
  fs::create_directories(folder_.root());
  fs::create_symlink("/dev/full", folder_.artifact("model.tar.gz"));
  const auto finish = run_to_the_end(spec("normal"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted) << finish.outcome.failure_reason;
  EXPECT_THAT(runner_log(), HasSubstr("trying again until there is room"));
  EXPECT_THAT(unpacked("model.tar.gz"), ::testing::Not(IsEmpty()));
}

TEST_F(RunnerTest, ALogBeyondItsLimitEndsWithANoticeAndMetricsGoOn) {
  training::LaunchSpec launch = spec("chatter");
  launch.job.log_limit_bytes = 100'000;
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_LT(log().size(), 101'000U);
  EXPECT_THAT(log_lines().back(), HasSubstr("the log has reached its limit"));
  EXPECT_DOUBLE_EQ(finish.outcome.final_metrics.at(0).value, 199'999);
  std::vector<MetricPoint> points = all_points();
  // Of a run that is slow enough the use of the machine is reported, too.
  std::erase_if(points, [&](const MetricPoint& point) {
    return point.name != finish.outcome.final_metrics.at(0).name;
  });
  ASSERT_EQ(points.size() + finish.outcome.dropped_metrics, 200'000U);
  for (std::size_t i = 0; i < points.size(); ++i) {
    ASSERT_EQ(points[i].step, static_cast<std::int64_t>(i));
  }
}

TEST_F(RunnerTest, WhatAnAlgorithmLeavesRunningIsEndedAndNotWaitedFor) {
  const training::Finish finish = run_to_the_end(spec("orphans"));
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
}

TEST_F(RunnerTest, TheAlgorithmDiesWithItsRunner) {
  ASSERT_TRUE(launcher_.launch(spec("hang")));
  ASSERT_TRUE(wait_for_log("ready"));
  const auto runner = training::read_identity(folder_);
  const std::string pid = std::to_string(runner->pid);
  const auto children = read_file("/proc/" + pid + "/task/" + pid + "/children");
  const auto child = training::identity_of(parse_int(trim(children.value_or(""))).value_or(0));
  ASSERT_TRUE(child);
  ASSERT_TRUE(launcher_.kill(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(launcher_.probe(folder_.root())->state, RunnerState::kDead);
  EXPECT_TRUE(eventually([&] { return !training::signal_process(*child, 0); }));
}

TEST_F(RunnerTest, AFolderHasOneRunner) {
  ASSERT_TRUE(launcher_.launch(spec("wait")));
  const auto second = launcher_.launch(spec("wait"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  const pid_t pid = fork();
  if (pid == 0) {
    execl(TUNESMITH_RUNNER, TUNESMITH_RUNNER, folder_.root().c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 3);
  ASSERT_TRUE(wait_for_log("ready"));
  ASSERT_TRUE(launcher_.stop(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  EXPECT_THAT(server_->seen().claims, SizeIs(1));
}

TEST_F(RunnerTest, ALaterAttemptRunsInTheSameFolder) {
  run_to_the_end(spec("fail"));
  training::LaunchSpec again = spec("normal");
  again.job.attempt = 3;
  ASSERT_TRUE(launcher_.launch(again));
  ASSERT_TRUE(wait_for_death());
  const auto seen = server_->seen();
  ASSERT_THAT(seen.finishes, SizeIs(2));
  EXPECT_EQ(seen.finishes[1].outcome.status, JobStatus::kCompleted);
  EXPECT_EQ(launcher_.probe(folder_.root())->finish->report.attempt, 3);
}

TEST_F(RunnerTest, AFolderThatIsNoJobIsLeftAlone) {
  ASSERT_TRUE(launcher_.launch(spec("normal")));
  ASSERT_TRUE(wait_for_death());
  std::ofstream(folder_.spec()) << "{";
  const pid_t pid = fork();
  if (pid == 0) {
    execl(TUNESMITH_RUNNER, TUNESMITH_RUNNER, folder_.root().c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST_F(RunnerTest, ATrialIsForkedByItsHostWhichIsStartedOnce) {
  const training::Finish finish = run_to_the_end(hosted_spec());
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
  EXPECT_EQ(finish.outcome.first_instruction_us, 1234567);
  EXPECT_DOUBLE_EQ(finish.outcome.cpu_seconds, 0.25);
  EXPECT_EQ(finish.outcome.max_rss_kb, 99);
  EXPECT_THAT(all_points(), SizeIs(3));
  EXPECT_EQ(read_file(unpacked("model.tar.gz") + "/xgboost-model").value_or(""), "model by host");
  ASSERT_TRUE(launcher_.launch(hosted_spec()));
  ASSERT_TRUE(wait_for_death());
  EXPECT_THAT(server_->seen().finishes, SizeIs(2));
  EXPECT_EQ(read_file(root_ / "hosts/hosts-started").value_or(""), "x");
}

TEST_F(RunnerTest, WhenTheHostRefusesOrHangsUpTheTrainerRunsAlone) {
  for (const char* how : {"refuse", "hang-up"}) {
    training::LaunchSpec launch = hosted_spec();
    launch.job.hyperparameters = {{"how", how}};
    ASSERT_TRUE(launcher_.launch(launch));
    ASSERT_TRUE(wait_for_death());
    EXPECT_EQ(server_->seen().finishes.back().outcome.status, JobStatus::kCompleted);
    EXPECT_EQ(read_file(unpacked("model.tar.gz") + "/xgboost-model").value_or(""),
              "model by trainer");
  }
  EXPECT_THAT(server_->seen().finishes, SizeIs(2));
}

TEST_F(RunnerTest, AHostThatCannotBeStartedIsDoneWithout) {
  training::LaunchSpec launch = hosted_spec();
  launch.job.algorithm.hosts_folder = "/proc/nowhere";
  const training::Finish finish = run_to_the_end(launch);
  EXPECT_EQ(finish.outcome.status, JobStatus::kCompleted);
}

TEST_F(RunnerTest, AHostedTrialIsStoppedBySignal) {
  training::LaunchSpec launch = hosted_spec();
  launch.job.hyperparameters = {{"how", "loop"}};
  ASSERT_TRUE(launcher_.launch(launch));
  ASSERT_TRUE(wait_for_log("loss"));
  ASSERT_TRUE(launcher_.stop(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  EXPECT_EQ(server_->seen().finishes.at(0).outcome.status, JobStatus::kStopped);
  EXPECT_EQ(server_->seen().finishes.at(0).outcome.signal, SIGTERM);
}

TEST_F(RunnerTest, AFurtherAttemptEndsTheHostedTrialOfTheOneBeforeIt) {
  training::LaunchSpec launch = hosted_spec();
  launch.job.hyperparameters = {{"how", "loop"}};
  ASSERT_TRUE(launcher_.launch(launch));
  ASSERT_TRUE(wait_for_log("loss"));
  std::optional<training::ProcessIdentity> trial;
  ASSERT_TRUE(eventually([&] {
    trial = training::parse_identity_line(read_file(folder_.trial()).value_or(""));
    return trial.has_value();
  }));
  ASSERT_TRUE(launcher_.kill(folder_.root()));
  ASSERT_TRUE(wait_for_death());
  EXPECT_TRUE(training::signal_process(*trial, 0));
  launch.job.attempt = 3;
  launch.job.hyperparameters.clear();
  ASSERT_TRUE(launcher_.launch(launch));
  ASSERT_TRUE(wait_for_death());
  EXPECT_FALSE(training::signal_process(*trial, 0));
  EXPECT_EQ(server_->seen().finishes.at(0).outcome.status, JobStatus::kCompleted);
}

}  // namespace
}  // namespace tunesmith::runner
