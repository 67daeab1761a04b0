// SPDX-License-Identifier: Apache-2.0
#include "console/objective_models.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::console {
namespace {

namespace json = boost::json;

store::TuningJob job() {
  orchestration::TrialDefinition definition;
  definition.maximize = false;
  definition.objective_metric = "validation:rmse";
  definition.ranges = {
      {"eta", orchestration::ParameterKind::kContinuous, "0", "1", "Linear", {}},
      {"depth", orchestration::ParameterKind::kInteger, "1", "9", "Linear", {}},
      {"kind", orchestration::ParameterKind::kCategorical, "", "", "", {"a", "b"}}};
  orchestration::TuningSpec spec;
  spec.strategy = "Random";
  spec.definitions = {definition};
  store::TuningJob row;
  row.id = 5;
  row.seed = 3;
  row.spec = orchestration::print_tuning_spec(spec);
  return row;
}

/// Trials whose objective is the square of eta's distance from 0.4; depth and kind do nothing.
std::vector<store::TrainingJob> trials(int count) {
  std::vector<store::TrainingJob> rows;
  for (int i = 0; i < count; ++i) {
    const double eta = std::fmod(i * 0.618, 1.0);
    store::TrainingJob row;
    row.status = store::JobStatus::kCompleted;
    row.objective = (eta - 0.4) * (eta - 0.4);
    row.objective_status = "Succeeded";
    row.tuned = {{"eta", std::to_string(eta)},
                 {"depth", std::to_string(1 + i * 5 % 9)},
                 {"kind", i % 2 == 0 ? "a" : "b"}};
    rows.push_back(row);
  }
  return rows;
}

TEST(ObjectiveModelsTest, TheHyperparameterThatMattersComesFirst) {
  ObjectiveModels models;
  const auto document = json::parse(models.describe(job(), 0, trials(30)).value()).as_object();
  EXPECT_EQ(document.at("observations").as_int64(), 30);
  EXPECT_GE(document.at("convergence").at("expected_improvement").to_number<double>(), 0);
  const auto& first = document.at("importance").at(0).as_object();
  EXPECT_EQ(first.at("parameters").at(0).as_string(), "eta");
  EXPECT_GT(first.at("share").as_double(), 0.7);
  const auto& responses = document.at("responses").as_array();
  ASSERT_EQ(responses.size(), 3U);
  const auto& mean = responses[0].at("mean").as_array();
  // Near 0.4 it is better than at the ends.
  EXPECT_LT(mean[16].as_double(), mean[0].as_double());
  EXPECT_LT(mean[16].as_double(), mean.back().as_double());
  EXPECT_EQ(responses[1].at("values").as_array().size(), 9U);
  EXPECT_EQ(responses[2].at("values").at(1).as_string(), "b");
  const auto& average = document.at("average_responses").as_array();
  ASSERT_EQ(average.size(), 3U);
  // With eta at the best trial's all depths do well; on average none does.
  EXPECT_LT(responses[1].at("mean").at(4).as_double() + 0.02,
            average[1].at("mean").at(4).as_double());
}

TEST(ObjectiveModelsTest, AContourHasARowForEachValueOfItsSecond) {
  ObjectiveModels models;
  const auto document =
      json::parse(
          models.contour(job(), 0, trials(20), "eta", "kind", tuning::Others::kAtBest).value())
          .as_object();
  EXPECT_EQ(document.at("ys").as_array().size(), 2U);
  EXPECT_EQ(document.at("mean").as_array().size(), 2U);
  EXPECT_EQ(document.at("mean").at(0).as_array().size(), document.at("xs").as_array().size());
  EXPECT_EQ(
      models.contour(job(), 0, trials(20), "eta", "nothing", tuning::Others::kAtBest).error().kind,
      ErrorKind::kInvalid);
  EXPECT_EQ(
      models.contour(job(), 0, trials(20), "eta", "eta", tuning::Others::kAtBest).error().kind,
      ErrorKind::kInvalid);
}

TEST(ObjectiveModelsTest, WithoutTrialsThereIsNoModelYet) {
  ObjectiveModels models;
  EXPECT_EQ(models.describe(job(), 0, {}).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(models.describe(job(), 1, trials(12)).error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(models.describe(job(), 0, trials(12)));  // the next trials are seen
}

}  // namespace
}  // namespace tunesmith::console
