// SPDX-License-Identifier: Apache-2.0
#include "access/evaluate.h"

#include <gtest/gtest.h>

#include <map>

namespace tunesmith::access {
namespace {

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

ConditionKeys known(Values values) {
  return [values =
              std::move(values)](std::string_view key) -> std::optional<std::vector<std::string>> {
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

Policy policy(const std::string& statements) {
  auto parsed = parse_policy(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}",
                             PolicyUse::kIdentity);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : Policy{};
}

Verdict verdict(const std::string& statements, std::string_view action, std::string_view resource,
                Values keys = {}) {
  const ConditionKeys lookup = known(std::move(keys));
  return evaluate({policy(statements)}, {action, resource, lookup});
}

bool allowed_if(const std::string& condition, Values keys) {
  return verdict(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" + condition + "}",
                 "s3:GetObject", "arn:aws:s3:::b/k", std::move(keys)) == Verdict::kAllowed;
}

TEST(Evaluate, DeniesWhatNothingAllows) {
  EXPECT_EQ(verdict(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})", "s3:PutObject",
                    "arn:aws:s3:::b/k"),
            Verdict::kNotAllowed);
  EXPECT_EQ(verdict(R"({"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/a/*"})",
                    "s3:GetObject", "arn:aws:s3:::b/k"),
            Verdict::kNotAllowed);
}

TEST(Evaluate, AnExplicitDenialOutweighsEveryPermission) {
  const std::string both =
      R"({"Effect":"Deny","Action":"s3:Delete*","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"})";
  EXPECT_EQ(verdict(both, "s3:DeleteObject", "arn:aws:s3:::b/k"), Verdict::kDeniedExplicitly);
  EXPECT_EQ(verdict(both, "s3:GetObject", "arn:aws:s3:::b/k"), Verdict::kAllowed);
}

TEST(Evaluate, ABoundaryMustAllowItToo) {
  const ConditionKeys none = known({});
  const auto within = [&](const std::string& boundary, const std::string& own) {
    return evaluate_within(policy(boundary), {policy(own)},
                           {"s3:GetObject", "arn:aws:s3:::b/k", none});
  };
  const std::string allow = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
  const std::string deny = R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})";
  const std::string other = R"({"Effect":"Allow","Action":"iam:*","Resource":"*"})";
  EXPECT_EQ(within(allow, allow), Verdict::kAllowed);
  EXPECT_EQ(within(other, allow), Verdict::kOutsideBoundary);
  EXPECT_EQ(within(allow + "," + deny, allow), Verdict::kDeniedByBoundary);
  // A boundary gives nothing, and a denial of one's own goes first.
  EXPECT_EQ(within(allow, other), Verdict::kNotAllowed);
  EXPECT_EQ(within(deny, allow + "," + deny), Verdict::kDeniedExplicitly);
}

TEST(Evaluate, ActionsHaveNoCaseAndResourcesHave) {
  const std::string text =
      R"({"Effect":"Allow","Action":"S3:getobject","Resource":"arn:aws:s3:::b/K"})";
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::b/K"), Verdict::kAllowed);
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::b/k"), Verdict::kNotAllowed);
}

TEST(Evaluate, NamesOfSageMakerHaveNoCase) {
  const std::string text =
      R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:sagemaker:*:1:training-job/Team-*"})";
  for (const std::string_view job : {"team-a", "Team-a", "TEAM-A"}) {
    EXPECT_EQ(verdict(text, "sagemaker:DescribeTrainingJob",
                      "arn:aws:sagemaker:us-east-1:1:training-job/" + std::string(job)),
              Verdict::kAllowed);
  }
}

TEST(Evaluate, NotActionAndNotResourceAreTheRest) {
  const std::string text =
      R"({"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::secret/*"})";
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::b/k"), Verdict::kAllowed);
  EXPECT_EQ(verdict(text, "iam:CreateUser", "*"), Verdict::kNotAllowed);
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::secret/k"), Verdict::kNotAllowed);
}

TEST(Evaluate, PutsPolicyVariablesIn) {
  const std::string text =
      R"({"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:username}/*"})";
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::home/ann/k", {{"aws:username", {"ann"}}}),
            Verdict::kAllowed);
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::home/bob/k", {{"aws:username", {"ann"}}}),
            Verdict::kNotAllowed);
  // A session has no user name; and a value is no pattern.
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::home//k"), Verdict::kNotAllowed);
  EXPECT_EQ(verdict(text, "s3:GetObject", "arn:aws:s3:::home/bob/k", {{"aws:username", {"*"}}}),
            Verdict::kNotAllowed);
  EXPECT_EQ(
      verdict(R"({"Effect":"Allow","Action":"*","Resource":"a${*}b${aws:x, 'd'}"})", "a:b", "a*bd"),
      Verdict::kAllowed);
  // An exception that can't be told protects everything.
  EXPECT_EQ(
      verdict(R"({"Effect":"Allow","Action":"*","NotResource":"${aws:username}"})", "a:b", "c"),
      Verdict::kNotAllowed);
}

TEST(Conditions, CompareStringsNumbersTimesTruthsAddressesAndArns) {
  EXPECT_TRUE(allowed_if(R"({"StringEquals":{"s3:prefix":["a","b"]}})", {{"s3:prefix", {"b"}}}));
  EXPECT_FALSE(allowed_if(R"({"StringEquals":{"s3:prefix":"*"}})", {{"s3:prefix", {"b"}}}));
  EXPECT_TRUE(allowed_if(R"({"StringLike":{"S3:Prefix":"a/*"}})", {{"s3:prefix", {"a/b"}}}));
  EXPECT_TRUE(allowed_if(R"({"StringNotEquals":{"s3:prefix":"a"}})", {{"s3:prefix", {"b"}}}));
  EXPECT_FALSE(
      allowed_if(R"({"StringNotEquals":{"s3:prefix":["a","b"]}})", {{"s3:prefix", {"b"}}}));
  EXPECT_TRUE(allowed_if(R"({"StringEqualsIgnoreCase":{"k:k":"ABC"}})", {{"k:k", {"abc"}}}));
  EXPECT_TRUE(
      allowed_if(R"({"NumericLessThanEquals":{"s3:max-keys":"10"}})", {{"s3:max-keys", {"10"}}}));
  EXPECT_FALSE(allowed_if(R"({"NumericLessThan":{"s3:max-keys":10}})", {{"s3:max-keys", {"10"}}}));
  EXPECT_FALSE(allowed_if(R"({"NumericLessThan":{"s3:max-keys":10}})", {{"s3:max-keys", {"ten"}}}));
  EXPECT_TRUE(allowed_if(R"({"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}})",
                         {{"aws:currenttime", {"2026-11-25T00:00:00Z"}}}));
  EXPECT_FALSE(allowed_if(R"({"Bool":{"aws:SecureTransport":"true"}})",
                          {{"aws:securetransport", {"false"}}}));
  EXPECT_TRUE(allowed_if(R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8","::1"]}})",
                         {{"aws:sourceip", {"10.1.2.3"}}}));
  EXPECT_FALSE(allowed_if(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/9"}})",
                          {{"aws:sourceip", {"10.128.0.1"}}}));
  EXPECT_TRUE(allowed_if(R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/9"}})",
                         {{"aws:sourceip", {"10.128.0.1"}}}));
  EXPECT_FALSE(allowed_if(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}})",
                          {{"aws:sourceip", {"10.0.0.1"}}}));
  EXPECT_TRUE(allowed_if(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team-*"}})",
                         {{"aws:principalarn", {"arn:aws:iam::1:role/team-a"}}}));
  EXPECT_FALSE(allowed_if(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*"}})",
                          {{"aws:principalarn", {"arn:aws:iam::1:role/team-a"}}}));
}

TEST(Conditions, KnowWhatAMissingKeyMeans) {
  EXPECT_FALSE(allowed_if(R"({"StringEquals":{"s3:prefix":"a"}})", {}));
  EXPECT_TRUE(allowed_if(R"({"StringNotEquals":{"s3:prefix":"a"}})", {}));
  EXPECT_TRUE(allowed_if(R"({"StringEqualsIfExists":{"s3:prefix":"a"}})", {}));
  EXPECT_TRUE(allowed_if(R"({"Null":{"s3:prefix":"true"}})", {}));
  EXPECT_FALSE(allowed_if(R"({"Null":{"s3:prefix":"false"}})", {}));
  EXPECT_TRUE(allowed_if(R"({"ForAllValues:StringEquals":{"aws:TagKeys":"a"}})", {}));
  EXPECT_FALSE(allowed_if(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}})", {}));
}

TEST(Conditions, QuantifySeveralValues) {
  const Values keys = {{"aws:tagkeys", {"a", "c"}}};
  EXPECT_TRUE(allowed_if(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}})", keys));
  EXPECT_FALSE(allowed_if(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}})", keys));
  EXPECT_TRUE(allowed_if(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}})", keys));
  EXPECT_TRUE(allowed_if(R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":"a"}})", keys));
  EXPECT_FALSE(allowed_if(R"({"ForAllValues:StringNotEquals":{"aws:TagKeys":"a"}})", keys));
}

TEST(Conditions, OfSeveralValuesAPermissionNeedsAllAndADenialOne) {
  const auto ask = [](const std::string& effect, const std::string& condition) {
    return verdict(R"({"Effect":")" + effect + R"(","Action":"*","Resource":"*","Condition":)" +
                       condition + "}",
                   "sagemaker:CreateTrainingJob", "*",
                   {{"sagemaker:instancetypes", {"ml.m5.large", "ml.p3.2xlarge"}}});
  };
  const std::string one = R"({"StringEquals":{"sagemaker:InstanceTypes":"ml.m5.large"}})";
  const std::string both = R"({"StringLike":{"sagemaker:InstanceTypes":"ml.*"}})";
  const std::string other = R"({"StringNotEquals":{"sagemaker:InstanceTypes":"ml.m5.large"}})";
  EXPECT_EQ(ask("Allow", one), Verdict::kNotAllowed);
  EXPECT_EQ(ask("Allow", both), Verdict::kAllowed);
  EXPECT_EQ(ask("Allow", other), Verdict::kNotAllowed);
  EXPECT_EQ(ask("Deny", one), Verdict::kDeniedExplicitly);
  EXPECT_EQ(ask("Deny", other), Verdict::kDeniedExplicitly);
}

TEST(Conditions, WhatCannotBeComparedWithAllowsNothing) {
  const auto ask = [](const std::string& effect, const std::string& condition) {
    return verdict(R"({"Effect":")" + effect + R"(","Action":"*","Resource":"*","Condition":)" +
                       condition + "}",
                   "s3:GetObject", "*", {{"aws:sourceip", {"10.0.0.1"}}, {"s3:max-keys", {"5"}}});
  };
  for (const char* condition : {R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}})",
                                R"({"NotIpAddress":{"aws:SourceIp":"10.0.0.0/33"}})",
                                R"({"NumericLessThan":{"s3:max-keys":"abc"}})",
                                R"({"NumericNotEquals":{"s3:max-keys":"abc"}})"}) {
    EXPECT_EQ(ask("Allow", condition), Verdict::kNotAllowed) << condition;
    EXPECT_EQ(ask("Deny", condition), Verdict::kDeniedExplicitly) << condition;
  }
}

TEST(Evaluate, PoliciesBeforeVersion2012HaveNoVariables) {
  for (const std::string version : {R"("Version":"2008-10-17",)", ""}) {
    const auto old = parse_policy("{" + version + R"("Statement":{"Effect":"Allow","Action":"*",
        "Resource":"arn:aws:s3:::b/${aws:username}","Condition":{"StringLike":{"k:k":"${k:k}*"}}}})",
                                  PolicyUse::kIdentity);
    ASSERT_TRUE(old);
    const auto ask = [&](std::string_view resource, const std::string& value) {
      const ConditionKeys keys = known({{"aws:username", {"ann"}}, {"k:k", {value}}});
      return evaluate({*old}, {"s3:GetObject", resource, keys});
    };
    EXPECT_EQ(ask("arn:aws:s3:::b/ann", "${k:k}"), Verdict::kNotAllowed);
    EXPECT_EQ(ask("arn:aws:s3:::b/${aws:username}", "v"), Verdict::kNotAllowed);
    EXPECT_EQ(ask("arn:aws:s3:::b/${aws:username}", "${k:k}x"), Verdict::kAllowed);
  }
}

TEST(Trust, NamesItsPrincipals) {
  const auto trust = parse_policy(
      R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:root","arn:aws:iam::1:user/bob"]},
      "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}]})",
      PolicyUse::kTrust);
  ASSERT_TRUE(trust);
  const auto ask = [&](const std::vector<std::string>& who, Values keys) {
    return evaluate_trust(*trust, "sts:AssumeRole", who, known(std::move(keys)));
  };
  EXPECT_EQ(ask({"arn:aws:iam::1:user/bob"}, {{"sts:externalid", {"x"}}}), Verdict::kAllowed);
  EXPECT_EQ(ask({"arn:aws:iam::1:user/bob"}, {}), Verdict::kNotAllowed);
  EXPECT_EQ(ask({"arn:aws:iam::1:user/eve"}, {{"sts:externalid", {"x"}}}), Verdict::kNotAllowed);
}

TEST(Trust, OfAServiceIsNotThatOfAnAccount) {
  const auto ask = [](const std::string& principal,
                      const std::string& source = "arn:aws:sagemaker:us-east-1:1:training-job/a") {
    const auto lets = lets_service_act(R"({"Statement":{"Effect":"Allow","Principal":)" +
                                           principal + R"(,"Action":"sts:AssumeRole","Condition":{
        "StringEqualsIfExists":{"aws:SourceAccount":"1"},"ArnLike":{"aws:SourceArn":"arn:aws:sagemaker:*:1:*"}}}})",
                                       "sagemaker.amazonaws.com", "1", source);
    EXPECT_TRUE(lets);
    return lets.value_or(false);
  };
  EXPECT_TRUE(ask(R"({"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]})"));
  EXPECT_FALSE(
      ask(R"({"Service":"sagemaker.amazonaws.com"})", "arn:aws:sagemaker:us-east-1:2:model/a"));
  EXPECT_TRUE(ask(R"("*")"));
  EXPECT_FALSE(ask(R"({"Service":"ec2.amazonaws.com"})"));
  EXPECT_FALSE(ask(R"({"AWS":"arn:aws:iam::1:root"})"));
  EXPECT_FALSE(ask(R"({"AWS":"sagemaker.amazonaws.com"})"));
}

TEST(AllowEverything, SeesOnlyWhatIsBoundless) {
  EXPECT_TRUE(allow_everything({policy(R"({"Effect":"Allow","Action":"*","Resource":"*"})")}));
  EXPECT_FALSE(allow_everything({policy(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})")}));
  EXPECT_FALSE(allow_everything({policy(
      R"({"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"})")}));
  EXPECT_FALSE(allow_everything({policy(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}})")}));
}

}  // namespace
}  // namespace tunesmith::access
