// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/answer.h"

#include <gtest/gtest.h>

#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

const std::vector<float> kTwo = {0.5F, 0.25F};
const Predictions kScores{kTwo, 2, 1};
const Predictions kClasses{kTwo, 1, 2};

TEST(Answer, EachGenerationJoinsPredictionsInItsWay) {
  const auto csv = AnswerFormat::kCsv;
  EXPECT_EQ(print_predictions(kScores, csv, Generation::kSagemakerXgboost, false), "0.5\n0.25\n");
  EXPECT_EQ(print_predictions(kScores, csv, Generation::kLegacy, false), "0.5,0.25");
  EXPECT_EQ(print_predictions(kScores, csv, Generation::kLegacy, true), "0.5\n0.25\n");
  EXPECT_EQ(print_predictions(kClasses, csv, Generation::kSagemakerXgboost, false), "0.5,0.25\n");
  EXPECT_EQ(print_predictions(kClasses, csv, Generation::kLegacy, false), "[0.5, 0.25]");
}

TEST(Answer, JsonHoldsAScoreForEachRow) {
  const auto generation = Generation::kSagemakerXgboost;
  EXPECT_EQ(print_predictions(kScores, AnswerFormat::kJson, generation, false),
            R"({"predictions": [{"score": 0.5}, {"score": 0.25}]})");
  EXPECT_EQ(print_predictions(kClasses, AnswerFormat::kJsonLines, generation, false),
            "{\"score\": [0.5, 0.25]}\n");
}

TEST(Answer, SinglePrecisionIsPrintedAsTheDoubleThatEqualsIt) {
  const std::vector<float> value = {0.1F};
  EXPECT_EQ(print_predictions({value, 1, 1}, AnswerFormat::kCsv, Generation::kLegacy, false),
            "0.10000000149011612");
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
