// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/accept.h"
#include "algorithms/xgboost/schema/channels.h"
#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::algorithms::xgboost {
namespace {

using Values = std::map<std::string, std::string>;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Values with(Values values) {
  values.emplace("num_round", "10");
  return values;
}

std::string refusal(const Values& values, Generation generation = Generation::kSagemakerXgboost) {
  const auto set = validate(values, generation);
  return set ? "" : set.error().message;
}

TEST(Image, RecognisesBuiltInImagesOnAnyRegistryHost) {
  const auto latest =
      recognise_image("811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest");
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->generation, Generation::kLegacy);
  EXPECT_EQ(latest->version, "latest");
  const auto current =
      recognise_image("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1");
  ASSERT_TRUE(current);
  EXPECT_EQ(current->generation, Generation::kSagemakerXgboost);
  EXPECT_EQ(current->version, "1.7-1");
  EXPECT_TRUE(is_xgboost_image("localhost:5000/sagemaker-xgboost@sha256:0123"));
  EXPECT_TRUE(is_xgboost_image("433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1"));
}

TEST(Image, LeavesOtherImagesAlone) {
  for (const auto* uri :
       {"", "/", ":", "xgboost:2", "me/xgboost:latest", "h.io/a/xgboost:1",
        "h.io/my-sagemaker-xgboost:1.7-1", "h.io/sagemaker-xgboost:", "h.io/linear-learner:1"}) {
    EXPECT_FALSE(is_xgboost_image(uri)) << uri;
  }
}

TEST(Hyperparameters, AcceptsTheWalkthroughsSetWithAGbtreeBooster) {
  EXPECT_EQ(refusal({{"eval_metric", "auc"},
                     {"num_round", "100"},
                     {"objective", "binary:logistic"},
                     {"rate_drop", "0.3"},
                     {"tweedie_variance_power", "1.4"},
                     {"eta", "0.93"},
                     {"alpha", "1.9"},
                     {"min_child_weight", "7.5"},
                     {"max_depth", "3"},
                     {"_tuning_objective_metric", "validation:auc"}},
                    Generation::kLegacy),
            "");
}

TEST(Hyperparameters, RefusesWithTheContainersTexts) {
  EXPECT_EQ(refusal({}), "Missing required hyperparameter: num_round");
  EXPECT_EQ(refusal(with({{"etaa", "1"}})), "Extraneous hyperparameter found: etaa");
  EXPECT_EQ(refusal(with({{"max_depth", "3.5"}})),
            "Hyperparameter max_depth: could not parse value (caused by ValueError)");
  EXPECT_EQ(refusal(with({{"eta", "2"}})), "Hyperparameter eta: 2.0 is not in [0, 1]");
  EXPECT_EQ(refusal(with({{"subsample", "0"}})), "Hyperparameter subsample: 0.0 is not in (0, 1]");
  EXPECT_EQ(refusal(with({{"max_depth", "-1"}})),
            "Hyperparameter max_depth: -1 is not in [0, +inf)");
  EXPECT_EQ(refusal(with({{"booster", "forest"}})),
            "Hyperparameter booster: forest is not in ['gbtree', 'gblinear', 'dart']");
  EXPECT_THAT(
      refusal(with({{"eval_metric", "auc,foo"}, {"objective", "binary:logistic"}})),
      StartsWith("Hyperparameter eval_metric: value ['auc', 'foo'] not in range ['accuracy', "));
  EXPECT_EQ(refusal({{"num_round", "0"}}), "Hyperparameter num_round: 0 is not in [1, +inf)");
}

TEST(Hyperparameters, NamesThatAreNotNumbersAreOutsideOfEveryRange) {
  EXPECT_EQ(refusal(with({{"eta", "nan"}})), "Hyperparameter eta: nan is not in [0, 1]");
  EXPECT_EQ(refusal(with({{"eta", "inf"}})), "Hyperparameter eta: inf is not in [0, 1]");
}

TEST(Hyperparameters, AliasesBecomeCanonicalNames) {
  const auto set = validate(with({{"learning_rate", "0.1"},
                                  {"reg_lambda", "2"},
                                  {"reg_alpha", "1"},
                                  {"min_split_loss", "3"}}),
                            Generation::kSagemakerXgboost);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->number("eta"), 0.1);
  EXPECT_EQ(set->number("lambda"), 2.0);
  EXPECT_EQ(set->number("alpha"), 1.0);
  EXPECT_EQ(set->number("gamma"), 3.0);
}

TEST(Hyperparameters, SilentBelongsToTheLegacyImagesAlone) {
  EXPECT_EQ(refusal(with({{"silent", "0"}}), Generation::kLegacy), "");
  EXPECT_EQ(refusal(with({{"silent", "0"}})), "Extraneous hyperparameter found: silent");
}

TEST(Hyperparameters, ChecksRulesBetweenHyperparameters) {
  EXPECT_EQ(refusal(with({{"objective", "multi:softmax"}})),
            "Require input for parameter 'num_class' for multi-classification");
  EXPECT_EQ(refusal(with({{"objective", "multi:softmax"}, {"num_class", "3"}})), "");
  EXPECT_EQ(refusal(with({{"objective", "reg:squarederror"}, {"eval_metric", "auc"}})),
            "Metric 'auc' can only be applied for classification and ranking problems.");
  EXPECT_EQ(refusal(with({{"objective", "rank:pairwise"}, {"eval_metric", "auc"}})), "");
  EXPECT_EQ(refusal(with({{"objective", "binary:logistic"}, {"eval_metric", "aft-nloglik"}})),
            "Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.");
  EXPECT_EQ(refusal(with({{"eval_metric", "error@0.7"}, {"objective", "binary:logistic"}})), "");
  EXPECT_EQ(refusal(with({{"eval_metric", "error@x"}})),
            "Threshold value 't' in 'error@t' expects float input.");
  EXPECT_THAT(refusal(with({{"eval_metric", "auc@0.5"}})),
              StartsWith("Metric 'auc@0.5' is not supported."));
  EXPECT_THAT(refusal(with({{"monotone_constraints", "(1,0)"}})),
              StartsWith("monotone_constraints can be used only when"));
  EXPECT_EQ(refusal(with({{"monotone_constraints", "(1,0,-1)"}, {"tree_method", "hist"}})), "");
  EXPECT_EQ(refusal(with({{"monotone_constraints", "(1,2)"}, {"tree_method", "hist"}})),
            "Hyperparameter monotone_constraints: value (1, 2) not in range [-1, 0, 1]");
  EXPECT_EQ(refusal(with({{"interaction_constraints", "[[1,2],[3]]"}, {"tree_method", "hist"}})),
            "");
  EXPECT_EQ(refusal(with({{"interaction_constraints", "[[0,2]]"}, {"tree_method", "hist"}})),
            "Hyperparameter interaction_constraints: value [[0, 2]] not in range [1, +inf)");
  EXPECT_EQ(refusal(with({{"booster", "gblinear"}, {"updater", "shotgun"}})), "");
  EXPECT_THAT(refusal(with({{"booster", "gblinear"}, {"updater", "prune"}})),
              StartsWith("Linear updater"));
  EXPECT_THAT(refusal(with({{"_kfold", "5"}})), HasSubstr("not available in this version"));
  EXPECT_THAT(refusal(with({{"updater", "grow_colmaker,grow_histmaker"}})),
              StartsWith("Only one tree grow plugin"));
}

TEST(Hyperparameters, TheTuningObjectiveJoinsTheLoggedMetrics) {
  const auto both = validate(with({{"objective", "binary:logistic"},
                                   {"eval_metric", "logloss,auc"},
                                   {"_tuning_objective_metric", "validation:f1"}}),
                             Generation::kSagemakerXgboost);
  ASSERT_TRUE(both);
  EXPECT_THAT(both->metrics_to_log(), ElementsAre("auc", "f1", "logloss"));
  EXPECT_EQ(both->early_stopping_metric(), "f1");
  const auto own =
      validate(with({{"objective", "binary:logistic"}, {"eval_metric", "logloss,auc"}}),
               Generation::kSagemakerXgboost);
  ASSERT_TRUE(own);
  EXPECT_THAT(own->metrics_to_log(), ElementsAre("logloss", "auc"));
  EXPECT_EQ(own->early_stopping_metric(), "auc");
}

TEST(Hyperparameters, NoTextCrashesValidation) {
  Rng rng(7);
  const auto table = parameters(Generation::kLegacy);
  const std::string alphabet = "0123456789-+.eE_()[],@ naninfauc\t'\\";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t n = rng.below(12); n > 0; --n) text += alphabet[rng.below(alphabet.size())];
    (void)refusal(with({{std::string(table[rng.below(table.size())].name), text}}),
                  Generation::kLegacy);
    (void)recognise_image(text);
    (void)parse_content_type(text);
  }
}

TEST(Literals, ReadNumbersAsPythonDoes) {
  EXPECT_EQ(python_int(" +12 "), 12);
  EXPECT_EQ(python_int("1_000"), 1000);
  EXPECT_FALSE(python_int("1.0"));
  EXPECT_FALSE(python_int(""));
  EXPECT_FALSE(python_int("_1"));
  EXPECT_FALSE(python_int("+-1"));
  EXPECT_EQ(python_float("1e-3"), 0.001);
  EXPECT_EQ(python_float(".5"), 0.5);
  EXPECT_EQ(python_float("-2."), -2.0);
  EXPECT_FALSE(python_float("0x1"));
  EXPECT_FALSE(python_float("--1"));
  EXPECT_EQ(python_repr(100000.0), "100000.0");
  EXPECT_EQ(python_repr(0.00001), "1e-05");
  EXPECT_EQ(python_repr(0.25), "0.25");
}

TEST(Metrics, HaveTheContainersNamesDirectionsAndExpressions) {
  EXPECT_EQ(metrics().size(), 33U);
  const auto* auc = find_objective("validation:auc");
  ASSERT_NE(auc, nullptr);
  EXPECT_EQ(auc->direction, Direction::kMaximize);
  EXPECT_EQ(auc->regex, ".*\\[[0-9]+\\].*#011validation-auc:(\\S+)");
  ASSERT_NE(find_metric("rmse"), nullptr);
  EXPECT_EQ(find_metric("rmse")->direction, Direction::kMinimize);
  EXPECT_EQ(find_objective("train:auc"), nullptr);
}

TEST(Channels, TrainIsRequiredAndOthersAreExtraneous) {
  EXPECT_EQ(validate_channels({{"validation", {"csv"}}}).error().message,
            "Missing required channel: train");
  EXPECT_EQ(validate_channels({{"train", {"csv"}}, {"test", {"csv"}}}).error().message,
            "Extraneous channel found: test");
  EXPECT_TRUE(validate_channels({{"train", {"csv"}}, {"validation", {"text/csv; label_size=1"}}}));
  EXPECT_TRUE(validate_channels({{"train", {""}}}));
}

TEST(Channels, RefuseUnknownTypesAndModes) {
  EXPECT_EQ(
      validate_channels({{"train", {"image/png"}}}).error().message,
      "Channel configuration for 'train' channel is not supported: {'ContentType': 'image/png', "
      "'TrainingInputMode': 'File', 'S3DistributionType': 'FullyReplicated'}");
  EXPECT_FALSE(validate_channels({{"train", {"libsvm", "Pipe"}}}));
  EXPECT_TRUE(validate_channels({{"train", {"csv", "Pipe"}}}));
  EXPECT_TRUE(validate_channels({{"train", {"application/x-recordio-protobuf", "FastFile"}}}));
  EXPECT_TRUE(validate_channels({{"train", {"application/x-parquet", "FastFile"}}}));
  EXPECT_TRUE(validate_channels({{"train", {"parquet", "Pipe"}}}));
  EXPECT_THAT(validate_channels({{"train", {"text/csv;label_size=0"}}}).error().message,
              HasSubstr("label_size must be equal to 1"));
  EXPECT_THAT(parse_content_type("image/png").error().message,
              StartsWith("image/png is not an accepted ContentType: csv, libsvm, "));
}

TunedRange continuous(std::string name, std::string min, std::string max) {
  return {RangeKind::kContinuous, std::move(name), std::move(min), std::move(max), {}};
}

TEST(Tuning, AcceptsRangesWithinHardButOutsideOfRecommendedRanges) {
  const std::vector<TunedRange> ranges = {continuous("eta", "0", "1"),
                                          continuous("alpha", "0", "2"),
                                          continuous("subsample", "0", "1"),
                                          {RangeKind::kInteger, "max_depth", "1", "10", {}},
                                          {RangeKind::kInteger, "max_delta_step", "1", "10", {}}};
  const auto ok = validate_tuning(
      {{"num_round", "100"}, {"objective", "binary:logistic"}, {"eval_metric", "auc"}}, ranges,
      "validation:auc", Generation::kLegacy);
  EXPECT_TRUE(ok) << ok.error().message;
}

TEST(Tuning, RefusesWhatATrialWouldRefuse) {
  const auto text = [](const Values& values, std::vector<TunedRange> ranges,
                       std::string_view objective) {
    const auto result = validate_tuning(values, ranges, objective, Generation::kSagemakerXgboost);
    return result ? std::string() : result.error().message;
  };
  const Values fixed = {{"num_round", "10"}};
  EXPECT_THAT(text(fixed, {continuous("eta", "0", "2")}, ""),
              HasSubstr("outside of its allowed range [0, 1]"));
  EXPECT_THAT(text(fixed, {continuous("max_depth", "1", "3")}, ""), HasSubstr("is an integer"));
  EXPECT_THAT(text(fixed, {continuous("verbosity", "1", "3")}, ""), HasSubstr("cannot be tuned"));
  EXPECT_EQ(text(fixed, {continuous("etta", "0", "1")}, ""),
            "Extraneous hyperparameter found: etta");
  EXPECT_THAT(text({{"num_round", "1"}, {"learning_rate", "1"}}, {continuous("eta", "0", "1")}, ""),
              HasSubstr("more than once"));
  EXPECT_THAT(text(fixed, {}, "validation:speed"), HasSubstr("not one of the algorithm's metrics"));
  EXPECT_EQ(text({}, {continuous("eta", "0", "1")}, "validation:rmse"),
            "Missing required hyperparameter: num_round");
  EXPECT_EQ(text({}, {{RangeKind::kInteger, "num_round", "1", "9", {}}}, "validation:rmse"), "");
}

TEST(Accept, NamesOneOfTheFormats) {
  EXPECT_EQ(parse_accept("").value(), AnswerFormat::kCsv);
  EXPECT_EQ(parse_accept("*/*").value(), AnswerFormat::kCsv);
  EXPECT_EQ(parse_accept("text/html, application/json;q=0.5").value(), AnswerFormat::kJson);
  EXPECT_EQ(parse_accept("image/png").error().kind, ErrorKind::kInvalid);
}

TEST(Accept, SaysWhenAnythingWillDo) {
  EXPECT_TRUE(accepts_anything(""));
  EXPECT_TRUE(accepts_anything(" */*;q=0.8"));
  EXPECT_FALSE(accepts_anything("text/csv"));
  EXPECT_FALSE(accepts_anything("text/html, */*"));
}

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
