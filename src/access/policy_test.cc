// SPDX-License-Identifier: Apache-2.0
#include "access/policy.h"

#include <gtest/gtest.h>

#include "access/managed_policies.h"

namespace tunesmith::access {
namespace {

TEST(Wildcard, MatchesStarsAndQuestionMarks) {
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("s3:Get*", "s3:GetObject"));
  EXPECT_TRUE(matches_wildcard("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(matches_wildcard("a?c", "abc"));
  EXPECT_TRUE(matches_wildcard("**a**", "bab"));
  EXPECT_FALSE(matches_wildcard("a?c", "ac"));
  EXPECT_FALSE(matches_wildcard("a*b", "ab-"));
  EXPECT_FALSE(matches_wildcard("", "a"));
  EXPECT_TRUE(matches_wildcard("", ""));
}

TEST(Wildcard, TakesWhatIsMarkedLiterally) {
  const std::string star = std::string(1, kLiteral) + "*";
  EXPECT_TRUE(matches_wildcard("a" + star, "a*"));
  EXPECT_FALSE(matches_wildcard("a" + star, "ab"));
  EXPECT_TRUE(matches_wildcard("*" + star + "?", "xx*y"));
}

TEST(Wildcard, IsNotSlowedDownByManyStars) {
  std::string pattern, text(2000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(matches_wildcard(pattern + "b", text));
}

TEST(Policy, ReadsEveryMemberOfAStatement) {
  const auto policy = parse_policy(R"({"Version":"2012-10-17","Id":"x","Statement":{
    "Sid":"One","Effect":"Deny","NotAction":["s3:Get*","iam:*"],"Resource":"arn:aws:s3:::b/*",
    "Condition":{"StringLike":{"s3:prefix":["a/*","b"]},"Bool":{"aws:SecureTransport":false}}}})",
                                   PolicyUse::kIdentity);
  ASSERT_TRUE(policy) << policy.error().message;
  ASSERT_EQ(policy->statements.size(), 1U);
  const Statement& s = policy->statements.front();
  EXPECT_EQ(s.sid, "One");
  EXPECT_EQ(s.effect, Effect::kDeny);
  EXPECT_TRUE(s.all_but_actions);
  EXPECT_EQ(s.actions, (std::vector<std::string>{"s3:Get*", "iam:*"}));
  EXPECT_EQ(s.resources, std::vector<std::string>{"arn:aws:s3:::b/*"});
  ASSERT_EQ(s.conditions.size(), 2U);
  EXPECT_EQ(s.conditions[0].values, (std::vector<std::string>{"a/*", "b"}));
  EXPECT_EQ(s.conditions[1].values, std::vector<std::string>{"false"});
}

TEST(Policy, RefusesWhatItWouldNotUnderstand) {
  for (
      const char* document : {
          "",
          "{",
          "[]",
          "{}",
          R"({"Statement":[]})",
          R"({"Statement":[1]})",
          R"({"Version":"1999-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
          R"({"Statement":{"Action":"*","Resource":"*"}})",
          R"({"Statement":{"Effect":"allow","Action":"*","Resource":"*"}})",
          R"({"Statement":{"Effect":"Allow","Resource":"*"}})",
          R"({"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}})",
          R"({"Statement":{"Effect":"Allow","Action":"*"}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":[]}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{"a":"b"}}}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":"b"}}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Extra":1}})",
          R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"\u001b*"}})",
      }) {
    const auto policy = parse_policy(document, PolicyUse::kIdentity);
    ASSERT_FALSE(policy) << document;
    EXPECT_EQ(policy.error().kind, ErrorKind::kInvalid);
    EXPECT_FALSE(policy.error().message.empty());
  }
  const std::string deep(20000, '[');
  EXPECT_FALSE(parse_policy(deep, PolicyUse::kIdentity));
}

Result<Policy> new_policy(const std::string& condition) {
  return parse_new_policy(
      R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":)" + condition +
          "}}",
      PolicyUse::kIdentity);
}

TEST(Policy, RefusesToStoreWhatAConditionCannotCompareWith) {
  for (const char* condition : {
           R"({"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","10.0.0.0/33"]}})",
           R"({"IpAddress":{"aws:SourceIp":"2001:db8::/129"}})",
           R"({"IpAddress":{"aws:SourceIp":"home"}})",
           R"({"NumericLessThan":{"s3:max-keys":"abc"}})",
           R"({"ForAnyValue:NumericLessThanIfExists":{"s3:max-keys":"nan"}})",
           R"({"NumericLessThan":{"s3:max-keys":"${aws:username}"}})",
           R"({"DateGreaterThan":{"aws:CurrentTime":"tomorrow"}})",
           R"({"Bool":{"aws:SecureTransport":"maybe"}})",
           R"({"Null":{"aws:username":"x"}})",
       }) {
    const auto refused = new_policy(condition);
    ASSERT_FALSE(refused) << condition;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  }
  for (const char* condition : {
           R"({"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","10.1.2.3","::1","2001:db8::/32"]}})",
           R"({"NumericLessThan":{"s3:max-keys":10}})",
           R"({"DateGreaterThan":{"aws:CurrentTime":["2026-01-01T00:00:00Z","2026-01-01"]}})",
           R"({"DateLessThan":{"aws:EpochTime":"1700000000"}})",
           R"({"Bool":{"aws:SecureTransport":[true,"False"]}})",
           R"({"StringEquals":{"aws:username":"${aws:username}"}})",
       }) {
    const auto taken = new_policy(condition);
    EXPECT_TRUE(taken) << taken.error().message;
  }
}

TEST(Policy, RefusesToStoreAMemberTwice) {
  for (const char* document : {
           R"({"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"s3:*","Resource":"*"}]})",
           R"({"Statement":[{"Effect":"Deny","\u0045ffect":"Allow","Action":"*","Resource":"*"}]})",
           R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"},
               "Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
           R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{
               "Bool":{"aws:SecureTransport":"false"},"Bool":{"aws:SecureTransport":"true"}}}})",
       }) {
    EXPECT_FALSE(parse_new_policy(document, PolicyUse::kIdentity)) << document;
  }
  EXPECT_TRUE(parse_new_policy(R"({"Statement":[
      {"Sid":"Sid\\","Effect":"Deny","Action":["s3:\"","s3:*"],"Resource":"Effect"},
      {"Sid":"Sid,{","Effect":"Deny","Action":"a:b","Resource":["Effect","Effect"]}]})",
                               PolicyUse::kIdentity));
}

TEST(Policy, ATrustPolicyNamesPrincipalsAndNoResource) {
  EXPECT_TRUE(parse_policy(
      R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"*","Service":["a","b"]},"Action":"sts:AssumeRole"}})",
      PolicyUse::kTrust));
  EXPECT_FALSE(parse_policy(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}})",
                            PolicyUse::kTrust));
  EXPECT_FALSE(parse_policy(
      R"({"Statement":{"Effect":"Allow","Principal":{"Planet":"*"},"Action":"sts:AssumeRole"}})",
      PolicyUse::kTrust));
}

TEST(ManagedPolicies, CanAllBeReadAndFound) {
  for (const ManagedPolicy& policy : managed_policies()) {
    EXPECT_TRUE(parse_policy(policy.document, PolicyUse::kIdentity)) << policy.name;
    const std::string arn =
        "arn:aws:iam::aws:policy" + std::string(policy.path) + std::string(policy.name);
    EXPECT_EQ(find_managed_policy(arn), &policy);
  }
  EXPECT_EQ(find_managed_policy("arn:aws:iam::aws:policy/Nothing"), nullptr);
  EXPECT_EQ(find_managed_policy("AdministratorAccess"), nullptr);
}

}  // namespace
}  // namespace tunesmith::access
