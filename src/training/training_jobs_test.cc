// SPDX-License-Identifier: Apache-2.0
#include "training/training_jobs.h"

#include "base/digest.h"
#include "base/random.h"
#include "base/strings.h"
#include "store/sqlite/sqlite_store.h"
#include "training/job_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace tunesmith::training {
namespace {

class SetClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time = from_millis(1'000'000);
};

/// Its runners die at once, after a line in their log; or it can start none.
class NoRunners final : public Launcher {
 public:
  Result<void> launch(const LaunchSpec& spec) override {
    ++launches;
    if (refuses) return Error(*refuses, "no room for another process or its files");
    std::filesystem::create_directories(spec.job_folder);
    std::ofstream(JobFolder(spec.job_folder).runner_log(), std::ios::app) << "no such library\n";
    return {};
  }
  Result<Liveness> probe(const std::filesystem::path& /*job_folder*/) override { return left; }
  Result<void> stop(const std::filesystem::path& /*job_folder*/) override { return none(); }
  Result<void> kill(const std::filesystem::path& /*job_folder*/) override { return none(); }

  int launches = 0;
  std::optional<ErrorKind> refuses;
  Liveness left;  // what a look finds

 private:
  static Error none() { return {ErrorKind::kNotFound, "no runner"}; }
};

class NoInputs final : public InputSource {
 public:
  Result<std::vector<ChannelFile>> files(const InputChannel& /*channel*/,
                                         const std::string& /*acting_role*/) override {
    return std::vector<ChannelFile>();
  }
  Result<void> check_role(const std::string& /*role*/, const store::TrainingJob& job) override {
    if (distrusts) return Error(ErrorKind::kDenied, "Could not assume the role of " + job.name);
    return {};
  }

  bool distrusts = false;
};

class NoArtifacts final : public ArtifactStore {
 public:
  Result<void> put_file(const std::string& /*uri*/, const std::filesystem::path& /*f*/) override {
    ++stored;
    return {};
  }
  Result<void> check_put(const std::string& uri, const std::string& /*role*/) override {
    if (refuses) return Error(ErrorKind::kDenied, "the role may not store " + uri);
    return {};
  }

  bool refuses = false;
  int stored = 0;
};

class TrainingJobsTest : public testing::Test {
 protected:
  TrainingJobsTest() {
    TrainingSpec spec;
    spec.algorithm = "null";
    spec.output_s3_uri = "s3://bucket/out";
    auto job = new_training_job("us-east-1", "job", clock_.now());
    job.spec = print_training_spec(spec);
    EXPECT_TRUE(jobs_.create(std::move(job), "arn", {}));
  }
  ~TrainingJobsTest() override { std::filesystem::remove_all(folder_); }

  /// `rounds` looks after dead runners.
  void look(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      clock_.time += Millis(2001);
      jobs_.run_once();
    }
  }
  store::TrainingJob job() {
    store::TrainingJob out;
    EXPECT_TRUE(store_->read([&](store::Reader& r) -> Result<void> {
      TUNESMITH_TRY(out, r.training_job("us-east-1", "job"));
      return {};
    }));
    return out;
  }
  /// What is there when a runner died between its outcome and the acknowledgement.
  void leave_behind_a_model() {
    Finish finish;
    finish.report.job_id = std::to_string(job().id);
    finish.report.attempt = 1;
    finish.report.token = to_hex(hmac_sha256("key", finish.report.job_id + "/1"));
    EXPECT_TRUE(jobs_.claim({finish.report.job_id, 1, finish.report.token, {}}));
    finish.outcome.status = JobStatus::kCompleted;
    finish.outcome.secondary_status = "Completed";
    finish.outcome.artifacts.push_back({.name = "model.tar.gz"});
    launcher_.left = {.state = RunnerState::kFinished, .finish = finish};
    std::filesystem::create_directories(left_.ml() / "model");
    std::ofstream(left_.artifact("model.tar.gz")) << "model";
  }
  static TrainingSettings settings(const std::filesystem::path& folder) {
    TrainingSettings out;
    out.jobs_folder = folder;
    out.token_key = "key";
    return out;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("training-jobs-" + random_hex(6));
  const JobFolder left_{folder_ / "1"};
  SetClock clock_;
  Wakeup wakeup_;
  NoRunners launcher_;
  NoInputs inputs_;
  NoArtifacts artifacts_;
  std::unique_ptr<store::Database> database_ = store::Database::open(":memory:").value();
  std::unique_ptr<store::Store> store_ = std::make_unique<store::SqliteStore>(*database_);
  TrainingJobs jobs_{
      *store_,
      clock_,
      wakeup_,
      launcher_,
      inputs_,
      artifacts_,
      settings(folder_),
      [](const store::TuningJob&, const store::TrainingJob&) -> Result<ResolvedSpec> {
        return Error(ErrorKind::kNotFound, "no tuning jobs here");
      }};
};

TEST_F(TrainingJobsTest, AJobWhoseRunnersNeverBeginFailsAndSaysWhy) {
  look(10);
  EXPECT_EQ(job().status, store::JobStatus::kInProgress) << "it may be a passing fault";
  look(20);
  EXPECT_EQ(job().status, store::JobStatus::kFailed);
  EXPECT_NE(job().failure_reason.find("before it began: no such library"), std::string::npos)
      << job().failure_reason;
  const int launches = launcher_.launches;
  look(5);
  EXPECT_EQ(launcher_.launches, launches);
}

TEST_F(TrainingJobsTest, AModelThatWasLeftBehindIsStoredAsItsRoleMay) {
  look(1);
  leave_behind_a_model();
  artifacts_.refuses = true;
  look(1);
  EXPECT_EQ(job().status, store::JobStatus::kFailed);
  EXPECT_NE(job().failure_reason.find("may not store s3://bucket/out/job/output/model.tar.gz"),
            std::string::npos)
      << job().failure_reason;
  EXPECT_EQ(artifacts_.stored, 0);
  EXPECT_TRUE(std::filesystem::exists(left_.artifact("model.tar.gz"))) << "it is nowhere else";
}

TEST_F(TrainingJobsTest, AModelThatWasLeftBehindIsInItsFolderNoLongerThanItMust) {
  look(1);
  leave_behind_a_model();
  look(1);
  EXPECT_EQ(job().status, store::JobStatus::kCompleted);
  EXPECT_EQ(artifacts_.stored, 1);
  EXPECT_FALSE(std::filesystem::exists(left_.artifact("model.tar.gz")));
  EXPECT_FALSE(std::filesystem::exists(left_.ml()));
  EXPECT_TRUE(std::filesystem::exists(left_.runner_log()));
}

TEST_F(TrainingJobsTest, AJobWhoseRoleNoLongerTrustsTheServiceIsNotLaunched) {
  inputs_.distrusts = true;
  look(1);
  EXPECT_EQ(launcher_.launches, 0);
  EXPECT_EQ(job().status, store::JobStatus::kFailed);
  EXPECT_EQ(job().failure_reason, "ClientError: Could not assume the role of job");
}

TEST_F(TrainingJobsTest, ATrialThatEndedWhileTheServerWasAwayIsNotStoppedBeforeItIsHeard) {
  look(1);
  leave_behind_a_model();
  launcher_.left.state = RunnerState::kRunning;  // it waits for the server
  EXPECT_TRUE(jobs_.stop_trial(job().id, false));
  EXPECT_EQ(job().status, store::JobStatus::kInProgress);
  EXPECT_TRUE(jobs_.finish(*launcher_.left.finish));
  EXPECT_EQ(job().status, store::JobStatus::kCompleted);
}

TEST_F(TrainingJobsTest, ATrialWhoseEarlierAttemptLeftAnOutcomeIsStopped) {
  look(1);
  leave_behind_a_model();
  launcher_.left.finish->report.attempt = 7;
  EXPECT_TRUE(jobs_.stop_trial(job().id, false));
  EXPECT_EQ(job().status, store::JobStatus::kStopping);
}

TEST_F(TrainingJobsTest, AJobWaitsForAsLongAsNoProcessCanBeMadeOrTheDiskIsFull) {
  for (const auto why : {ErrorKind::kUnavailable, ErrorKind::kLimitExceeded}) {
    launcher_.refuses = why;
    launcher_.launches = 0;
    look(100);
    EXPECT_EQ(job().status, store::JobStatus::kInProgress);
    EXPECT_GT(launcher_.launches, 50);
  }
}

}  // namespace
}  // namespace tunesmith::training
