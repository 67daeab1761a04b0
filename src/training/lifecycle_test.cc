// SPDX-License-Identifier: Apache-2.0
#include "training/lifecycle.h"

#include "training/training_spec.h"

#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

using store::JobStatus;

Timestamp at(std::int64_t ms) { return from_millis(ms); }

store::TrainingJob trial() {
  auto job = new_training_job("us-east-1", "job", at(100));
  job.tuning_job_id = 1;
  job.objective_status = "Pending";
  return job;
}

std::vector<std::string> secondary(const store::TrainingJob& job) {
  std::vector<std::string> out;
  for (const auto& t : job.transitions) out.push_back(t.status);
  return out;
}

TEST(Lifecycle, ACompletedTrialPassesEveryStageInOrder) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  JobEnd outcome{Ending::kCompleted, "", at(120), at(900), {{"validation:auc", 0.77, at(890)}},
                 "validation:auc"};
  ASSERT_TRUE(finish(job, outcome, at(950)));
  EXPECT_EQ(secondary(job), (std::vector<std::string>{"Starting", "Downloading", "Training",
                                                      "Uploading", "Completed"}));
  EXPECT_EQ(job.status, JobStatus::kCompleted);
  EXPECT_EQ(job.objective, 0.77);
  EXPECT_EQ(job.objective_status, "Succeeded");
  EXPECT_EQ(job.started, at(120));
  EXPECT_EQ(job.ended, at(950));
  EXPECT_EQ(job.transitions[1].end, at(120));
}

TEST(Lifecycle, AStopBeforeTheFirstReportDoesNotHideThatTheJobTrained) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  ASSERT_TRUE(request_stop(job, at(200)));
  EXPECT_FALSE(job.stopped_early);
  ASSERT_TRUE(finish(job, {Ending::kStopped, "", at(120), at(300), {}, "m"}, at(310)));
  EXPECT_EQ(secondary(job), (std::vector<std::string>{"Starting", "Downloading", "Training",
                                                      "Stopping", "Stopped"}));
  EXPECT_EQ(job.transitions[1].end, at(120));
  EXPECT_EQ(job.transitions[2].end, at(200));

  auto unborn = trial();
  ASSERT_TRUE(claim(unborn, 1, "runner", at(110)));
  ASSERT_TRUE(request_stop(unborn, at(115), true));
  EXPECT_TRUE(unborn.stopped_early);
  ASSERT_TRUE(finish(unborn, {Ending::kStopped, "", at(120), at(300), {}, "m"}, at(310)));
  EXPECT_EQ(secondary(unborn),
            (std::vector<std::string>{"Starting", "Downloading", "Stopping", "Stopped"}));
}

TEST(Lifecycle, WhatReportsToldIsNotToldAgainAtTheEnd) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  enter(job, "Training", at(120));
  enter(job, "Uploading", at(900));
  ASSERT_TRUE(finish(job, {Ending::kCompleted, "", at(120), at(900), {}, "m"}, at(950)));
  EXPECT_EQ(secondary(job), (std::vector<std::string>{"Starting", "Downloading", "Training",
                                                      "Uploading", "Completed"}));
}

TEST(Lifecycle, AReportThatComesAgainDoesNotGoBack) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  for (int i = 0; i < 2; ++i) {
    enter_reported(job, "Training", at(120));
    enter_reported(job, "Stopping", at(300));
  }
  EXPECT_EQ(secondary(job),
            (std::vector<std::string>{"Starting", "Downloading", "Training", "Stopping"}));
  begin_next_attempt(job, false, at(400));
  enter_reported(job, "Training", at(410));
  EXPECT_EQ(job.secondary_status, "Training");
}

TEST(Lifecycle, AJobNeverEndsBeforeItStartedThoughTheClockStepsBack) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  ASSERT_TRUE(request_stop(job, at(115)));
  ASSERT_TRUE(finish(job, {Ending::kStopped, "", at(900), at(950), {}, "m"}, at(120)));
  EXPECT_GE(job.ended, job.started);
}

TEST(Lifecycle, OnlyOneRunnerHoldsAnAttemptAndAStaleOneIsRefused) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "a", at(110)));
  EXPECT_TRUE(claim(job, 1, "a", at(111)));
  EXPECT_EQ(claim(job, 1, "b", at(112)).error().kind, ErrorKind::kConflict);
  begin_next_attempt(job, false, at(120));
  EXPECT_EQ(check_attempt(job, 1).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(claim(job, 1, "a", at(121)).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(claim(job, 2, "b", at(122)));
  EXPECT_TRUE(check_attempt(job, 2));
}

TEST(Lifecycle, AnEndedJobNeverChangesAgain) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "a", at(110)));
  ASSERT_TRUE(finish(job, {Ending::kFailed, "ClientError: no", {}, {}, {}, "m"}, at(120)));
  const auto before = job;
  EXPECT_FALSE(finish(job, {Ending::kCompleted, "", {}, {}, {{"m", 1, at(1)}}, "m"}, at(130)));
  EXPECT_FALSE(request_stop(job, at(130)));
  EXPECT_FALSE(claim(job, 1, "a", at(130)));
  EXPECT_EQ(job.status, before.status);
  EXPECT_EQ(job.failure_reason, "ClientError: no");
  EXPECT_EQ(job.objective_status, "Failed");
}

TEST(Lifecycle, StoppingKeepsTheObjectiveSoFar) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "a", at(110)));
  EXPECT_TRUE(request_stop(job, at(115)));
  EXPECT_FALSE(request_stop(job, at(116)));
  EXPECT_EQ(job.status, JobStatus::kStopping);
  ASSERT_TRUE(
      finish(job, {Ending::kStopped, "", at(112), at(118), {{"m", 0.5, at(117)}}, "m"}, at(120)));
  EXPECT_EQ(job.status, JobStatus::kStopped);
  EXPECT_EQ(job.objective, 0.5);
}

TEST(Lifecycle, AJobThatWasToldToStopNeverCompletes) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "a", at(110)));
  EXPECT_TRUE(request_stop(job, at(115)));
  ASSERT_TRUE(
      finish(job, {Ending::kCompleted, "", at(112), at(118), {{"m", 0.5, at(117)}}, "m"}, at(120)));
  EXPECT_EQ(job.status, JobStatus::kStopped);
  EXPECT_EQ(secondary(job).back(), "Stopped");
  EXPECT_EQ(job.objective, 0.5);
}

TEST(Lifecycle, AFailureReasonIsCutAtAWholeCharacter) {
  auto job = trial();
  std::string reason(1023, 'x');
  reason += "\xC3\xBC";
  ASSERT_TRUE(finish(job, {Ending::kFailed, reason, {}, {}, {}, ""}, at(120)));
  EXPECT_EQ(job.failure_reason, std::string(1023, 'x'));
}

TEST(Lifecycle, ATrialWithoutItsMetricCompletesWithAFailedObjective) {
  auto job = trial();
  ASSERT_TRUE(finish(job, {Ending::kCompleted, "", {}, {}, {{"other", 1, at(1)}}, "m"}, at(120)));
  EXPECT_EQ(job.status, JobStatus::kCompleted);
  EXPECT_EQ(job.objective_status, "Failed");
  EXPECT_FALSE(job.objective.has_value());
}

TEST(TrainingSpec, PrintsAndParsesBack) {
  TrainingSpec spec;
  spec.image = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest";
  spec.algorithm = "xgboost";
  spec.hyperparameters = {{"eta", "0.1"}, {"objective", "binary:logistic"}};
  spec.channels = {{"train", "s3://b/train", "csv", "None", "", "S3Prefix", "FullyReplicated"}};
  spec.metric_definitions = {{"validation:auc", ".*#011validation-auc:(\\S+)"}};
  spec.output_s3_uri = "s3://b/out/";
  EXPECT_EQ(parse_training_spec(print_training_spec(spec)).value(), spec);
  EXPECT_EQ(model_artifact_uri(spec, "j"), "s3://b/out/j/output/model.tar.gz");
  EXPECT_EQ(parse_training_spec("{}").error().kind, ErrorKind::kCorrupt);
}

TEST(Lifecycle, ALostAttemptOfManagedSpotTrainingIsAnInterruption) {
  auto job = trial();
  ASSERT_TRUE(claim(job, 1, "runner", at(110)));
  begin_next_attempt(job, true, at(200));
  EXPECT_EQ(secondary(job),
            (std::vector<std::string>{"Starting", "Downloading", "Interrupted", "Starting"}));
  ASSERT_TRUE(finish(job, {Ending::kMaxWaitTimeExceeded, "", {}, {}, {}, "m"}, at(310)));
  EXPECT_EQ(job.status, JobStatus::kStopped);
  EXPECT_EQ(job.secondary_status, "MaxWaitTimeExceeded");
}

}  // namespace
}  // namespace tunesmith::training
