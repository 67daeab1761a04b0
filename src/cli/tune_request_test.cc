// SPDX-License-Identifier: Apache-2.0
#include "cli/tune_request.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tunesmith::cli {
namespace {

TuneOptions options(std::vector<std::string> ranges) {
  TuneOptions o;
  o.objective = "validation:auc";
  o.ranges = std::move(ranges);
  return o;
}

TEST(TuneRequest, KnowsIntegersScalesAndCategories) {
  const auto request = make_tune_request(
      options({"eta=0..1", "max_depth=1..10", "alpha=1e-3..10:log", "booster=gbtree,dart"}));
  ASSERT_TRUE(request) << request.error().message;
  const auto ranges = boost::json::serialize(request->config.at("ParameterRanges"));
  EXPECT_EQ(
      ranges,
      R"({"ContinuousParameterRanges":[{"Name":"eta","MinValue":"0","MaxValue":"1","ScalingType":"Auto"},)"
      R"({"Name":"alpha","MinValue":"1e-3","MaxValue":"10","ScalingType":"Logarithmic"}],)"
      R"("IntegerParameterRanges":[{"Name":"max_depth","MinValue":"1","MaxValue":"10","ScalingType":"Auto"}],)"
      R"("CategoricalParameterRanges":[{"Name":"booster","Values":["gbtree","dart"]}]})");
  EXPECT_EQ(request->config.at("HyperParameterTuningJobObjective").at("Type").as_string(),
            "Maximize");
  EXPECT_EQ(request->static_hyperparameters.at("objective").as_string(), "binary:logistic");
}

TEST(TuneRequest, DirectionAndTaskFollowFromTheMetric) {
  auto o = options({"eta=0..1"});
  o.objective = "validation:rmse";
  o.settings = {"num_round=7"};
  const auto request = make_tune_request(o);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->config.at("HyperParameterTuningJobObjective").at("Type").as_string(),
            "Minimize");
  EXPECT_EQ(request->static_hyperparameters.at("objective").as_string(), "reg:squarederror");
  EXPECT_EQ(request->static_hyperparameters.at("num_round").as_string(), "7");
}

TEST(TuneRequest, MistakesNameTheOptionAndWhatItTakes) {
  for (const char* bad : {"eta", "=1..2", "eta=a..b", "eta=1", "eta=0..1:cubic"}) {
    const auto request = make_tune_request(options({bad}));
    ASSERT_FALSE(request) << bad;
    EXPECT_NE(request.error().message.find("NAME=MIN..MAX"), std::string::npos)
        << request.error().message;
  }
  auto o = options({"eta=0..1"});
  o.objective = "validation:nonsense";
  EXPECT_NE(make_tune_request(o).error().message.find("validation:auc"), std::string::npos);
}

}  // namespace
}  // namespace tunesmith::cli
