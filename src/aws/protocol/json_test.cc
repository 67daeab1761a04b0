// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/json.h"

#include "base/random.h"
#include "base/strings.h"

#include "tunesmith/api/sagemaker/shapes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace tunesmith::aws {
namespace {

namespace sm = api::sagemaker;

template <class T>
std::string error_of(std::string_view document) {
  const auto decoded = from_json<T>(document);
  return decoded ? "" : decoded.error().code + ": " + decoded.error().message;
}

TEST(Json, TellsAbsentFromEmpty) {
  const auto absent = from_json<sm::ParameterRanges>("{}");
  ASSERT_TRUE(absent);
  EXPECT_FALSE(absent->integer_parameter_ranges.has_value());
  const auto empty = from_json<sm::ParameterRanges>(R"({"IntegerParameterRanges":[]})");
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->integer_parameter_ranges.has_value());
  EXPECT_EQ(to_json(*empty), R"({"IntegerParameterRanges":[]})");
}

TEST(Json, ReadsWhatItWrites) {
  const std::string document =
      R"({"DefinitionName":"d","StaticHyperParameters":{"a":"1","b":"\"x\""},)"
      R"("AlgorithmSpecification":{"TrainingImage":"i","TrainingInputMode":"File"},)"
      R"("RoleArn":"r","OutputDataConfig":{"S3OutputPath":"s3://b/o"},)"
      R"("StoppingCondition":{"MaxRuntimeInSeconds":86400},"EnableManagedSpotTraining":true})";
  const auto decoded = from_json<sm::HyperParameterTrainingJobDefinition>(document);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->static_hyper_parameters->at("b"), "\"x\"");
  EXPECT_EQ(decoded->stopping_condition.max_runtime_in_seconds, 86400);
  EXPECT_EQ(to_json(*decoded), document);
}

TEST(Json, KeepsUnknownEnumerationValues) {
  const auto decoded = from_json<sm::Autotune>(R"({"Mode":"SomethingNew"})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(to_json(*decoded), R"({"Mode":"SomethingNew"})");
}

TEST(Json, IgnoresUnknownMembers) {
  EXPECT_EQ(error_of<sm::Tag>(R"({"Key":"k","Value":"v","Color":{"deep":[1,2,{}]}})"), "");
}

TEST(Json, WritesTimesAsSecondsWithMilliseconds) {
  sm::HyperParameterTuningJobSummary summary;
  summary.creation_time = from_millis(1764021246123);
  EXPECT_NE(to_json(summary).find(R"("CreationTime":1764021246.123)"), std::string::npos);
  summary.creation_time = from_millis(1764021246000);
  EXPECT_NE(to_json(summary).find(R"("CreationTime":1764021246,)"), std::string::npos);
  summary.creation_time = from_millis(-1500);
  EXPECT_NE(to_json(summary).find(R"("CreationTime":-1.500)"), std::string::npos);
}

TEST(Json, ReadsTimesToTheMillisecond) {
  for (const std::string_view text : {"1764021246.123", "1.764021246123E9"}) {
    const auto decoded = from_json<sm::ListTrainingJobsRequest>(R"({"CreationTimeAfter":)" +
                                                                std::string(text) + "}");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(to_millis(*decoded->creation_time_after), 1764021246123);
  }
  EXPECT_EQ(error_of<sm::ListTrainingJobsRequest>(R"({"CreationTimeAfter":1e300})"),
            "SerializationException: Numeric value out of range of a timestamp");
  EXPECT_EQ(
      error_of<sm::ListTrainingJobsRequest>(R"({"CreationTimeAfter":"yesterday"})"),
      "SerializationException: STRING_VALUE can not be converted to milliseconds since epoch");
}

TEST(Json, WritesTheShortestNumberThatReadsBack) {
  sm::FinalHyperParameterTuningJobObjectiveMetric metric;
  metric.metric_name = "validation:auc";
  metric.value = 0.7763540148735046;
  EXPECT_NE(to_json(metric).find("0.7763540148735046"), std::string::npos);
  metric.value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(to_json(metric).find(R"("Value":"NaN")"), std::string::npos);
}

TEST(Json, ReadsTheNearestNumber) {
  // Boost.JSON takes one in ten for the number beside.
  Rng rng(1, 1);
  for (int i = 0; i < 1'000; ++i) {
    const double number = rng.uniform();
    const auto decoded = from_json<sm::TuningJobCompletionCriteria>(
        R"({"TargetObjectiveMetricValue":)" + format_double(number) + "}");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->target_objective_metric_value, number);
  }
}

TEST(Json, RefusesValuesOfTheWrongType) {
  const std::string prefix = "SerializationException: ";
  EXPECT_EQ(error_of<sm::StopTrainingJobRequest>(R"({"TrainingJobName":5})"),
            prefix + "NUMBER_VALUE can not be converted to a String");
  EXPECT_EQ(error_of<sm::StopTrainingJobRequest>(R"({"TrainingJobName":true})"),
            prefix + "TRUE_VALUE can not be converted to a String");
  EXPECT_EQ(error_of<sm::StopTrainingJobRequest>(R"({"TrainingJobName":{}})"),
            prefix + "Start of structure or map found where not expected.");
  EXPECT_EQ(error_of<sm::StopTrainingJobRequest>(R"({"TrainingJobName":[]})"),
            prefix + "Start of list found where not expected");
  EXPECT_EQ(error_of<sm::StoppingCondition>(R"({"MaxRuntimeInSeconds":"60"})"),
            prefix + "STRING_VALUE can not be converted to an Integer");
  EXPECT_EQ(error_of<sm::StoppingCondition>(R"({"MaxRuntimeInSeconds":1.5})"),
            prefix + "DECIMAL_VALUE can not be converted to an Integer");
  EXPECT_EQ(error_of<sm::StoppingCondition>(R"({"MaxRuntimeInSeconds":3000000000})"),
            prefix + "Numeric value out of range of int");
  EXPECT_EQ(error_of<sm::AddTagsInput>(R"({"Tags":"x"})"), prefix + "Expected list or null");
  EXPECT_EQ(error_of<sm::AddTagsInput>("[]"), prefix + "Start of list found where not expected");
}

TEST(Json, TakesAWholeNumberWrittenAsADecimal) {
  const auto decoded = from_json<sm::StoppingCondition>(R"({"MaxRuntimeInSeconds":60.0})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->max_runtime_in_seconds, 60);
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string_view text :
       {"{", "{\"a\":}", "nope", "{}{}", "\"\xFF\"", "{\"a\":\"\\ud800\"}"}) {
    EXPECT_EQ(error_of<sm::Tag>(text).substr(0, 23), "SerializationException:") << text;
  }
}

TEST(Json, RefusesBottomlessNesting) {
  const std::string deep = fmt::format("{{\"x\":{}", std::string(100'000, '['));
  EXPECT_EQ(error_of<sm::Tag>(deep).substr(0, 23), "SerializationException:");
}

TEST(Json, EscapesAndRepairsText) {
  std::string out;
  append_json_string(std::string_view("a\"\\\n\r\t\x01/\xC3\xA4", 10), out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\r\\t\\u0001/\xC3\xA4\"");
  out.clear();
  append_json_string("x\xFFy\xC3", out);
  EXPECT_EQ(out, "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"");
}

TEST(Json, NeverCrashesOnMutatedDocuments) {
  const std::string seed =
      R"({"HyperParameterTuningJobName":"a","HyperParameterTuningJobConfig":{"Strategy":"Bayesian",
      "HyperParameterTuningJobObjective":{"Type":"Maximize","MetricName":"m"},
      "ResourceLimits":{"MaxNumberOfTrainingJobs":20,"MaxParallelTrainingJobs":3},
      "ParameterRanges":{"ContinuousParameterRanges":[{"Name":"eta","MinValue":"0","MaxValue":"1"}]}},
      "TrainingJobDefinition":{"StaticHyperParameters":{"a":"b"},"InputDataConfig":[{"ChannelName":"train"}]},
      "Tags":[{"Key":"k","Value":"v"}]})";
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same mutations every time
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = seed;
    for (unsigned edits = 1 + random() % 4; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        default:
          text.insert(at, 1, "{}[]\",:0-e"[random() % 10]);
      }
    }
    sm::CreateHyperParameterTuningJobRequest input;
    Validator validator;
    if (decode_json(text, shape_of<sm::CreateHyperParameterTuningJobRequest>(), &input,
                    validator)) {
      ++accepted;
      EXPECT_EQ(validator.ok(), validator.message().starts_with("0 "));
    }
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace tunesmith::aws
