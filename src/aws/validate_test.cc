// SPDX-License-Identifier: Apache-2.0
#include "aws/validate.h"

#include "aws/protocol/json.h"

#include "tunesmith/api/sagemaker/shapes.h"
#include "tunesmith/api/sts/shapes.h"

#include <gtest/gtest.h>

#include <string>

namespace tunesmith::aws {
namespace {

namespace sm = api::sagemaker;

/// What the model says against a document of T; empty when nothing, the error's text when it is
/// unreadable.
template <class T>
std::string verdict(std::string_view document) {
  T input{};
  Validator validator;
  const auto decoded = decode_json(document, shape_of<T>(), &input, validator);
  if (!decoded) return decoded.error().code + ": " + decoded.error().message;
  return validator.ok() ? "" : validator.message();
}

TEST(Validator, AcceptsWhatTheModelAllows) {
  EXPECT_EQ(verdict<sm::StopTrainingJobRequest>(R"({"TrainingJobName":"a-1"})"), "");
}

TEST(Validator, NamesAMissingMember) {
  EXPECT_EQ(
      verdict<sm::StopTrainingJobRequest>("{}"),
      "1 validation error detected: Value null at 'trainingJobName' failed to satisfy constraint: "
      "Member must not be null");
  EXPECT_EQ(verdict<sm::StopTrainingJobRequest>(R"({"TrainingJobName":null})"),
            verdict<sm::StopTrainingJobRequest>(""));
}

TEST(Validator, SpellsOutTheValuesOfAnEnumeration) {
  EXPECT_EQ(
      verdict<sm::CreateHyperParameterTuningJobRequest>(
          R"({"HyperParameterTuningJobName":"a","HyperParameterTuningJobConfig":{
                    "Strategy":"Bayes","ResourceLimits":{"MaxParallelTrainingJobs":1}}})"),
      "1 validation error detected: Value 'Bayes' at 'hyperParameterTuningJobConfig.strategy' "
      "failed "
      "to satisfy constraint: Member must satisfy enum value set: [Bayesian, Random, Hyperband, "
      "Grid]");
}

TEST(Validator, ReportsSeveralViolationsAtOnce) {
  const std::string name = "a-" + std::string(31, 'n');
  EXPECT_EQ(verdict<sm::CreateHyperParameterTuningJobRequest>(
                R"({"HyperParameterTuningJobName":")" + name +
                R"(","HyperParameterTuningJobConfig":{"Strategy":"Random",
                    "ResourceLimits":{"MaxParallelTrainingJobs":0}}})"),
            "2 validation errors detected: Value '" + name +
                "' at 'hyperParameterTuningJobName' failed to satisfy constraint: Member must have "
                "length "
                "less than or equal to 32; Value '0' at "
                "'hyperParameterTuningJobConfig.resourceLimits.maxParallelTrainingJobs' failed to "
                "satisfy "
                "constraint: Member must have value greater than or equal to 1");
}

TEST(Validator, QuotesThePatternThatDoesNotMatch) {
  EXPECT_EQ(
      verdict<sm::StopTrainingJobRequest>(R"({"TrainingJobName":"a_b"})"),
      "1 validation error detected: Value 'a_b' at 'trainingJobName' failed to satisfy constraint: "
      "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
}

TEST(Validator, CountsElementsOfListsFromOne) {
  EXPECT_EQ(
      verdict<sm::AddTagsInput>(
          R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a",
                    "Tags":[{"Key":"a","Value":"b"},{"Key":"","Value":"b"}]})"),
      "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: "
      "Member must have length greater than or equal to 1");
}

TEST(Validator, ShowsAnEmptyListThatMustNotBe) {
  const std::string text = verdict<sm::DeleteTagsInput>(
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","TagKeys":[]})");
  EXPECT_EQ(
      text,
      "1 validation error detected: Value '[]' at 'tagKeys' failed to satisfy constraint: Member "
      "must have length greater than or equal to 1");
}

TEST(Validator, JudgesAListOfScalarsAsOneValue) {
  const std::string text = verdict<sm::DeleteTagsInput>(
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","TagKeys":["ok","",""]})");
  EXPECT_EQ(
      text.substr(0, text.find(", Member must satisfy regular")),
      "1 validation error detected: Value '[ok, , ]' at 'tagKeys' failed to satisfy constraint: "
      "Member must satisfy constraint: [Member must have length less than or equal to 128, Member "
      "must have length greater than or equal to 1");
}

TEST(Validator, JudgesTheValuesOfAMapAsOneValue) {
  const std::string text = verdict<sm::HyperParameterTrainingJobDefinition>(
      R"({"StaticHyperParameters":{"a":")" + std::string(2501, 'x') + R"("}})");
  EXPECT_NE(
      text.find("at 'staticHyperParameters' failed to satisfy constraint: Map value must satisfy "
                "constraint: [Member must have length less than or equal to 2500"),
      std::string::npos)
      << text;
}

TEST(Validator, RefusesANullInAList) {
  const std::string text = verdict<sm::DeleteTagsInput>(
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","TagKeys":["a",null]})");
  EXPECT_EQ(
      text,
      "1 validation error detected: Value null at 'tagKeys.2.member' failed to satisfy constraint: "
      "Member must not be null");
}

TEST(Validator, CountsCharactersNotBytes) {
  std::string value;
  for (int i = 0; i < 128; ++i) value += "\xC3\xA4";
  EXPECT_EQ(verdict<sm::Tag>(R"({"Key":")" + value + R"(","Value":"v"})"), "");
}

TEST(Validator, CutsOffWhatIsTooLongToShow) {
  const std::string text = verdict<sm::StopTrainingJobRequest>(R"({"TrainingJobName":")" +
                                                               std::string(100'000, 'x') + R"("})");
  EXPECT_LT(text.size(), 3000U);
  EXPECT_NE(text.find("xxx...'"), std::string::npos);
}

TEST(Validator, CountsAllButShowsTwenty) {
  std::string tags;
  for (int i = 0; i < 40; ++i) tags += std::string(i > 0 ? "," : "") + R"({"Key":"","Value":"b"})";
  const std::string text = verdict<sm::AddTagsInput>(
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","Tags":[)" +
      tags + "]}");
  EXPECT_EQ(text.substr(0, 31), "40 validation errors detected: ");
  EXPECT_NE(text.find("tags.20.member.key"), std::string::npos);
  EXPECT_EQ(text.find("tags.21.member.key"), std::string::npos);
}

TEST(Path, IsWrittenAsAwsDoes) {
  const Path root{};
  const Path list{.parent = &root, .name = "TrainingJobDefinitions"};
  const Path element{.parent = &list, .index = 3};
  const Path map{.parent = &element, .name = "Environment"};
  const Path entry{.parent = &map, .name = "PATH", .entry = true};
  EXPECT_EQ(entry.text(), "trainingJobDefinitions.3.member.environment.PATH.member");
}

}  // namespace
}  // namespace tunesmith::aws
