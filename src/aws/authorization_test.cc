// SPDX-License-Identifier: Apache-2.0
#include "aws/authorization.h"

#include "tunesmith/api/s3/operations.h"
#include "tunesmith/api/sagemaker/operations.h"

#include <gtest/gtest.h>

namespace tunesmith::aws {
namespace {

namespace sagemaker = api::sagemaker;

/// Remembers what it is asked, and denies what it is told to.
class Recorder final : public Authorizer {
 public:
  Outcome<void> authorize(const RequestContext&, std::string_view action, std::string_view resource,
                          const InputKeys& keys) const override {
    asked.push_back(std::string(action) + " " + std::string(resource));
    for (const auto& key : {"sagemaker:instancetypes", "aws:requesttag/team", "aws:tagkeys",
                            "s3:requestobjecttag/team", "s3:requestobjecttagkeys"}) {
      if (const auto values = keys(key)) {
        for (const std::string& value : *values) seen.push_back(std::string(key) + "=" + value);
      }
    }
    if (action == denied) return ApiError{"AccessDeniedException", "no"};
    return {};
  }
  mutable std::vector<std::string> asked, seen;
  std::string denied;
};

class AuthorizationTest : public testing::Test {
 protected:
  AuthorizationTest() {
    context.region = "eu-west-1";
    context.identity.account = "123456789012";
    context.identity.name = "ann";
    context.identity.kind = CallerKind::kUser;
    context.authorizer = &recorder;
    input.training_job_name = "Job-A";
    input.role_arn = "arn:aws:iam::123456789012:role/r";
    input.resource_config.emplace().instance_type = "ml.m5.large";
    input.tags.emplace().push_back({"team", "blue"});
  }
  Outcome<void> ask() {
    return authorize_operation(context, sagemaker::CreateTrainingJob::descriptor(), &input);
  }

  Recorder recorder;
  RequestContext context;
  sagemaker::CreateTrainingJobRequest input;
};

TEST_F(AuthorizationTest, AsksForEveryRuleWithTheValuesOfTheInput) {
  EXPECT_TRUE(ask());
  EXPECT_EQ(
      recorder.asked,
      (std::vector<std::string>{
          "sagemaker:CreateTrainingJob arn:aws:sagemaker:eu-west-1:123456789012:training-job/job-a",
          "iam:PassRole arn:aws:iam::123456789012:role/r"}));
  EXPECT_EQ(recorder.seen.at(0), "sagemaker:instancetypes=ml.m5.large");
  EXPECT_EQ(recorder.seen.at(1), "aws:requesttag/team=blue");
  EXPECT_EQ(recorder.seen.at(2), "aws:tagkeys=team");
}

TEST_F(AuthorizationTest, OneDenialIsEnough) {
  recorder.denied = "iam:PassRole";
  EXPECT_EQ(ask().error().code, "AccessDeniedException");
}

TEST_F(AuthorizationTest, TheOwnerIsNotAsked) {
  context.identity.kind = CallerKind::kOwner;
  EXPECT_TRUE(ask());
  EXPECT_TRUE(recorder.asked.empty());
}

TEST_F(AuthorizationTest, FillsInAListOnceForEachElement) {
  api::s3::DeleteObjectsRequest many;
  many.bucket = "b";
  many.delete_.objects.resize(2);
  many.delete_.objects[0].key = "x";
  many.delete_.objects[1].key = "y";
  EXPECT_EQ(fill_in("{Bucket}/{Delete.Objects[].Key}!", context,
                    api::s3::DeleteObjects::descriptor().input, &many),
            (std::vector<std::string>{"b/x!", "b/y!"}));
}

TEST_F(AuthorizationTest, AnAbsentMemberLeavesNothingUnlessTheRuleSaysWhat) {
  const Shape* shape = sagemaker::CreateTrainingJob::descriptor().input;
  EXPECT_TRUE(fill_in("{VpcConfig.Subnets[]}", context, shape, &input).empty());
  EXPECT_EQ(fill_in("user/{VpcConfig|self}", context, shape, &input),
            std::vector<std::string>{"user/ann"});
  EXPECT_EQ(fill_in("user{VpcConfig|/}bob", context, shape, &input),
            std::vector<std::string>{"user/bob"});
  EXPECT_EQ(fill_in("*", context, nullptr, nullptr), std::vector<std::string>{"*"});
}

TEST_F(AuthorizationTest, TakesTheFirstOfTwoMembersThatIsThere) {
  const Shape* shape = sagemaker::CreateTrainingJob::descriptor().input;
  EXPECT_EQ(fill_in("{VpcConfig/RoleArn}", context, shape, &input),
            std::vector<std::string>{input.role_arn});
  EXPECT_EQ(fill_in("{TrainingJobName/RoleArn}", context, shape, &input),
            std::vector<std::string>{"Job-A"});
  EXPECT_EQ(fill_in("a{TrainingJobName|given}b", context, shape, &input),
            std::vector<std::string>{"ab"});
  input.role_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/a/b:*";
  EXPECT_EQ(fill_in("{RoleArn|group}", context, shape, &input), std::vector<std::string>{"/a/b"});
}

TEST_F(AuthorizationTest, JudgesEachDefinitionByItself) {
  sagemaker::CreateHyperParameterTuningJobRequest many;
  many.hyper_parameter_tuning_job_name = "t";
  auto& definitions = many.training_job_definitions.emplace(2);
  definitions[0].role_arn = "arn:aws:iam::123456789012:role/a";
  definitions[0].resource_config.emplace().instance_type = "ml.m5.large";
  definitions[1].role_arn = "arn:aws:iam::123456789012:role/b";
  definitions[1].hyper_parameter_tuning_resource_config.emplace().instance_type = "ml.p3.2xlarge";
  EXPECT_TRUE(
      authorize_operation(context, sagemaker::CreateHyperParameterTuningJob::descriptor(), &many));
  const std::string job =
      "sagemaker:CreateHyperParameterTuningJob "
      "arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/t";
  EXPECT_EQ(recorder.asked,
            (std::vector<std::string>{job, "iam:PassRole arn:aws:iam::123456789012:role/a", job,
                                      "iam:PassRole arn:aws:iam::123456789012:role/b"}));
  EXPECT_EQ(recorder.seen,
            (std::vector<std::string>{
                "sagemaker:instancetypes=ml.m5.large", "sagemaker:instancetypes=ml.m5.large",
                "sagemaker:instancetypes=ml.p3.2xlarge", "sagemaker:instancetypes=ml.p3.2xlarge"}));
}

TEST_F(AuthorizationTest, ObjectsTagsAreThoseThatTheyAreToHave) {
  const auto seen = [&](const OperationDescriptor& operation, const auto& request) {
    recorder.asked.clear();
    recorder.seen.clear();
    EXPECT_TRUE(authorize_operation(context, operation, &request));
    recorder.seen.resize(recorder.seen.size() / recorder.asked.size());
    return recorder.seen;
  };
  const std::vector<std::string> both = {"s3:requestobjecttag/team=blue sky",
                                         "s3:requestobjecttagkeys=Team",
                                         "s3:requestobjecttagkeys=stage"};
  api::s3::PutObjectRequest put;
  put.tagging = "Team=blue+sky&stage=";
  EXPECT_EQ(seen(api::s3::PutObject::descriptor(), put), both);
  put.tagging.reset();
  EXPECT_TRUE(seen(api::s3::PutObject::descriptor(), put).empty());
  api::s3::PutObjectTaggingRequest tags;
  tags.tagging.tag_set = {{"Team", "blue sky"}, {"stage", ""}};
  EXPECT_EQ(seen(api::s3::PutObjectTagging::descriptor(), tags), both);
  api::s3::CopyObjectRequest copy;
  copy.tagging = "Team=blue+sky&stage=";
  EXPECT_TRUE(seen(api::s3::CopyObject::descriptor(), copy).empty());
  copy.tagging_directive = "REPLACE";
  EXPECT_EQ(seen(api::s3::CopyObject::descriptor(), copy), both);
}

TEST(AccessRules, EveryOperationNamesAnActionOrChecksByItself) {
  for (const ServiceDescriptor* service : {&sagemaker::service(), &api::s3::service()}) {
    for (const OperationDescriptor* operation : service->operations) {
      for (const AccessRule& rule : operation->access)
        EXPECT_NE(rule.action.find(':'), std::string_view::npos) << operation->name;
      EXPECT_EQ(operation->access.empty(), operation->name == "DeleteObjects") << operation->name;
    }
  }
}

}  // namespace
}  // namespace tunesmith::aws
