// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/job.h"

#include "algorithms/xgboost/trainer/checkpoints.h"
#include "algorithms/xgboost/trainer/test_data.h"
#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <sstream>

namespace tunesmith::algorithms::xgboost {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Values = std::map<std::string, std::string>;

class Job : public testing::Test {
 protected:
  void SetUp() override {
    const auto loaded = test_library();
    if (!loaded) GTEST_SKIP() << loaded.error().message;
    library_ = *loaded;
  }

  // Runs the job in the folder; its log is in log_ afterwards.
  int run(Values values, std::function<bool()> should_stop = {}) {
    values.emplace("num_round", "5");
    values.emplace("objective", "binary:logistic");
    folder_.hyperparameters(values);
    JobOptions options;
    options.root = folder_.root();
    options.should_stop = std::move(should_stop);
    testing::internal::CaptureStdout();
    const int status = run_job(*library_, options);
    log_ = testing::internal::GetCapturedStdout();
    return status;
  }
  std::string failure() const { return folder_.read("output/failure"); }

  JobFolder folder_;
  const Library* library_ = nullptr;
  std::string log_;
};

TEST_F(Job, TrainsLogsEachRoundAndSavesTheModel) {
  EXPECT_EQ(run({{"eval_metric", "auc"}, {"rate_drop", "0.3"}, {"tweedie_variance_power", "1.4"}}),
            0);
  EXPECT_THAT(log_, HasSubstr("Train matrix has 300 rows and 2 columns"));
  EXPECT_THAT(log_, testing::ContainsRegex(
                        "\\[0\\]\ttrain-auc:0\\.[0-9]{5}\tvalidation-auc:0\\.[0-9]{5}\n"));
  EXPECT_THAT(log_, HasSubstr("\n[4]\t"));
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
  EXPECT_FALSE(folder_.exists("output/failure"));
}

// Margins of dense validation data are followed tree by tree here, those of sparse data are the
// library's.
TEST_F(Job, LogsTheSameValuesForDenseAndSparseValidationData) {
  const auto metric_lines = [this] {
    std::string lines;
    for (std::size_t at = log_.find("\n[0]\t"); at != std::string::npos;
         at = log_.find("\n[", at + 1)) {
      lines += log_.substr(at, log_.find('\n', at + 1) - at);
    }
    return lines;
  };
  const Values values = {
      {"eval_metric", "auc,logloss"}, {"num_round", "40"}, {"early_stopping_rounds", "15"}};
  ASSERT_EQ(run(values), 0);
  const auto dense = metric_lines();
  EXPECT_THAT(dense, HasSubstr("\n[9]\t"));
  for (const char* name : {"train/a.csv", "validation/b.csv"}) {
    const auto file = "input/data/" + std::string(name);
    std::string sparse;
    std::istringstream rows(folder_.read(file));
    for (std::string row; std::getline(rows, row);) {
      const auto first = row.find(',');
      const auto second = row.find(',', first + 1);
      sparse += row.substr(0, first) == "True" ? "1 0:" : "0 0:";
      sparse += row.substr(first + 1, second - first - 1) + " 1:" + row.substr(second + 1) + "\n";
    }
    folder_.write(file, sparse);
  }
  folder_.write("input/config/inputdataconfig.json", R"({"train":{},"validation":{}})");
  ASSERT_EQ(run(values), 0);
  EXPECT_EQ(metric_lines(), dense);
}

TEST_F(Job, LogsTheTuningObjectiveAndTheDefaultMetric) {
  EXPECT_EQ(run({{"_tuning_objective_metric", "validation:f1"}}), 0);
  EXPECT_THAT(log_, HasSubstr("\tvalidation-logloss:"));
  EXPECT_THAT(log_, HasSubstr("\tvalidation-f1:"));
}

TEST_F(Job, UsesTheLibraryForMetricsOfItsOwn) {
  EXPECT_EQ(run({{"objective", "reg:tweedie"}, {"eval_metric", "tweedie-nloglik,rmse"}}), 0);
  EXPECT_THAT(log_, HasSubstr("\tvalidation-tweedie-nloglik:"));
  EXPECT_THAT(log_, HasSubstr("\tvalidation-rmse:"));
}

TEST_F(Job, StopsEarlyAndKeepsTheBestRounds) {
  EXPECT_EQ(run({{"eval_metric", "auc"}, {"num_round", "300"}, {"early_stopping_rounds", "3"}}), 0);
  EXPECT_THAT(log_, testing::Not(HasSubstr("\n[299]\t")));
  EXPECT_THAT(folder_.read("model/xgboost-model"), HasSubstr("best_iteration"));
}

/// What a training printed of its rounds.
std::string rounds_of(const std::string& log) {
  std::string out;
  for (const auto line : split(log, '\n')) {
    if (line.find("-auc:") != std::string_view::npos) out += std::string(line) + "\n";
  }
  return out;
}

TEST_F(Job, EndsAsIfItHadNeverBeenInterruptedWhenItGoesOnFromACheckpoint) {
  const Values values = {
      {"eval_metric", "auc"}, {"num_round", "12"}, {"early_stopping_rounds", "9"}};
  folder_.write("input/config/checkpointconfig.json", "{}");
  EXPECT_EQ(run(values), 0);
  const std::string whole = rounds_of(log_), model = folder_.read("model/xgboost-model");
  EXPECT_FALSE(folder_.exists("checkpoints/xgboost-checkpoint.6"));
  EXPECT_TRUE(folder_.exists("checkpoints/xgboost-checkpoint.7"));
  // As it was before the last rounds, and with the newest file damaged.
  for (const char* round : {"9", "10", "11"}) {
    std::filesystem::remove(folder_.root() + "/checkpoints/xgboost-checkpoint." + round);
  }
  folder_.write("checkpoints/xgboost-checkpoint.9", "no model");
  EXPECT_EQ(run(values), 0);
  EXPECT_THAT(log_, HasSubstr("Resuming from iteration 9"));
  EXPECT_EQ(rounds_of(log_), whole.substr(whole.find("[9]")));
  EXPECT_TRUE(folder_.read("model/xgboost-model") == model);
}

TEST(CheckpointPace, LeavesMostOfALongTrainingToTheTraining) {
  const auto begun = CheckpointPace::Clock::now();
  CheckpointPace pace(begun);
  auto now = begun;
  int written = 0;
  for (int round = 0; round < 4000; ++round) {
    now += std::chrono::milliseconds(1);
    if (!pace.may_write(now)) continue;
    const auto taken = std::chrono::microseconds(10 * round);
    pace.wrote(taken);
    now += taken;
    ++written;
  }
  EXPECT_LT(now - begun, std::chrono::seconds(6)) << "4 s of training";
  EXPECT_GT(written, 400);
}

TEST_F(Job, MeasuresTheLastRoundAgainWhenTheCheckpointsLeaveNothingToTrain) {
  folder_.write("input/config/checkpointconfig.json", "{}");
  const Values values = {{"eval_metric", "auc"}, {"num_round", "4"}};
  EXPECT_EQ(run(values), 0);
  const std::string whole = rounds_of(log_), model = folder_.read("model/xgboost-model");
  EXPECT_EQ(run(values), 0);
  EXPECT_EQ(rounds_of(log_), whole.substr(whole.find("[3]")));
  EXPECT_TRUE(folder_.read("model/xgboost-model") == model);
}

TEST_F(Job, StopsWhenAskedAndKeepsTheModelOnlyWhenTold) {
  EXPECT_EQ(run({{"eval_metric", "auc"}}, [] { return true; }), kJobTerminated);
  EXPECT_FALSE(folder_.exists("model/xgboost-model"));
  EXPECT_EQ(
      run({{"eval_metric", "auc"}, {"save_model_on_termination", "true"}}, [] { return true; }), 0);
  EXPECT_TRUE(folder_.exists("model/xgboost-model"));
  EXPECT_THAT(log_, testing::Not(HasSubstr("\n[1]\t")));
}

TEST_F(Job, FailsWithTheContainersTexts) {
  EXPECT_EQ(run({{"etaa", "1"}}), 1);
  EXPECT_EQ(failure(), "ClientError: Extraneous hyperparameter found: etaa");
  folder_.write("input/data/train/a.csv", "a,b\n");
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(failure(),
              StartsWith("ClientError: Failed to load csv data with exception:\na.csv, line 1"));
  folder_.write("input/data/train/a.csv", "");
  EXPECT_EQ(run({}), 1);
  EXPECT_EQ(failure(), "ClientError: No data in training channel path /opt/ml/input/data/train");
  folder_.write("input/data/train/a.csv", "1,2\n");
  folder_.write("input/data/train/.DS_Store", "x");
  EXPECT_EQ(run({}), 1);
  EXPECT_EQ(failure(),
            "ClientError: Hidden file found in the data path! Remove that before training.");
}

TEST_F(Job, BlamesTheUserForLabelsOutsideOfTheObjective) {
  folder_.write("input/data/train/a.csv", "2,1,1\n0,2,1\n0,1,1\n0,3,1\n");
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(failure(), StartsWith("ClientError: "));
  EXPECT_THAT(failure(), HasSubstr("label must be in (0, 1) for logistic regression"));
  EXPECT_THAT(failure(), testing::Not(HasSubstr("Stack trace")));
  folder_.write("input/data/train/a.csv", "2,1,1\n1,2,1\n2,1,1\n1,3,1\n");
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(failure(), HasSubstr("label must be in [0,1] for logistic regression"));
}

TEST_F(Job, ReadsListedFilesFromAnywhereAndSeveralPerChannel) {
  folder_.write("blobs/1", JobFolder::rows(3, 50));
  folder_.write("blobs/2", JobFolder::rows(4, 60));
  folder_.write("input/config/channels.json", R"({"train":{"content_type":"csv","files":[
      {"name":"x.csv","path":")" + folder_.root() +
                                                  R"(/blobs/1","identity":"a"},
      {"name":"y.csv","path":")" + folder_.root() +
                                                  R"(/blobs/2","identity":"b"}]}})");
  EXPECT_EQ(run({{"eval_metric", "auc"}}), 0);
  EXPECT_THAT(log_, HasSubstr("Train matrix has 110 rows"));
  EXPECT_THAT(log_, HasSubstr("Validation matrix has 100 rows"));
}

TEST_F(Job, InflatesGzipFiles) {
  const auto text = JobFolder::rows(5, 200);
  const auto path = folder_.root() + "/input/data/train/a.csv";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  EXPECT_EQ(run({{"eval_metric", "auc"}}), 0);
  EXPECT_THAT(log_, HasSubstr("Train matrix has 200 rows"));
  const auto whole = folder_.read("input/data/train/a.csv");
  folder_.write("input/data/train/a.csv", whole.substr(0, whole.size() / 2));
  EXPECT_EQ(run({}), 1);
  EXPECT_THAT(failure(), HasSubstr("not a whole gzip file"));
}

TEST_F(Job, RanksWithGroupsFromLibsvm) {
  folder_.write("input/config/inputdataconfig.json", R"({"train":{}})");
  std::string text;
  for (int group = 0; group < 20; ++group) {
    for (int i = 0; i < 5; ++i) {
      text += std::to_string(i % 3) + " qid:" + std::to_string(group) + " 0:" + std::to_string(i) +
              " 1:" + std::to_string((i * 7 + group) % 11) + "\n";
    }
  }
  folder_.write("input/data/train/a.csv", text);
  EXPECT_EQ(run({{"objective", "rank:ndcg"}, {"eval_metric", "ndcg"}}), 0) << log_;
  EXPECT_THAT(log_, HasSubstr("\ttrain-ndcg:"));
  EXPECT_EQ(run({{"objective", "rank:pairwise"}}), 0) << log_;
  EXPECT_THAT(log_, HasSubstr("\ttrain-ndcg:"));
}

// Random bytes as any of the three inputs end in a failure file or a model, never in a crash.
TEST_F(Job, SurvivesRandomBytes) {
  Rng rng(17);
  const std::string alphabet = "0123456789,.:- \n\"{}[]truefalsnaTF\t";
  for (int round = 0; round < 60; ++round) {
    std::string text;
    for (auto n = rng.below(200); n > 0; --n) text += alphabet[rng.below(alphabet.size())];
    folder_.write(round % 3 == 0   ? "input/data/train/a.csv"
                  : round % 3 == 1 ? "input/data/validation/b.csv"
                                   : "input/config/channels.json",
                  text);
    const int status = run({{"eval_metric", "auc"}});
    EXPECT_TRUE(status == 0 || folder_.exists("output/failure"));
  }
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
