// SPDX-License-Identifier: Apache-2.0
//
// Signatures here are those that AWS publishes: the examples of "Authenticating Requests (AWS
// Signature Version 4)" in the Amazon S3 API reference, of the IAM user guide, and of its test
// suite.

#include "aws/sigv4/canonical_request.h"
#include "aws/sigv4/regions.h"
#include "aws/sigv4/sigv4_fixture.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/strings.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace tunesmith::aws::sigv4 {
namespace {

TEST(SigV4, AcceptsTheExamplesOfTheS3Reference) {
  EXPECT_EQ(get_object().code(), "");
  EXPECT_EQ(put_object().read(), "Welcome to Amazon S3.");
  EXPECT_EQ(s3_example("GET", "/?lifecycle")
                .header("x-amz-content-sha256", kEmpty)
                .header("Authorization",
                        s3_authorization(
                            "host;x-amz-content-sha256;x-amz-date",
                            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
                .code(),
            "");
  EXPECT_EQ(s3_example("GET", "/?max-keys=2&prefix=J")
                .header("x-amz-content-sha256", kEmpty)
                .header("Authorization",
                        s3_authorization(
                            "host;x-amz-content-sha256;x-amz-date",
                            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
                .code(),
            "");
}

TEST(SigV4, SaysWhoAsksAndForWhichRegion) {
  auto request = get_object();
  auto result = request.check();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->context.region, "us-east-1");
  EXPECT_EQ(result->context.service, "s3");
  EXPECT_EQ(result->context.request_id, "id");
  EXPECT_EQ(result->context.identity.arn, "arn:aws:sts::123456789012:assumed-role/R/s");
  EXPECT_EQ(result->context.host, "examplebucket.s3.amazonaws.com");
}

// The test suite's requests: region us-east-1, service "service".
std::string suite(std::string method, std::string target, std::string_view names,
                  std::string_view signature,
                  std::vector<std::pair<std::string, std::string>> headers = {},
                  std::string body = {}) {
  Arriving request(std::move(method), std::move(target), "20150830T123600Z");
  request.header("host", "example.amazonaws.com").header("X-Amz-Date", "20150830T123600Z");
  for (auto& [name, value] : headers) request.header(name, value);
  request.body = std::move(body);
  request.header("Authorization",
                 fmt::format("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                             "aws4_request, SignedHeaders={}, Signature={}",
                             names, signature));
  return request.code();
}

TEST(SigV4, AcceptsTheTestSuite) {
  const std::string vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  EXPECT_EQ(suite("GET", "/", "host;x-amz-date", vanilla), "");
  EXPECT_EQ(suite("GET", "/example/..", "host;x-amz-date", vanilla), "");
  EXPECT_EQ(suite("GET", "/./", "host;x-amz-date", vanilla), "");
  EXPECT_EQ(suite("GET", "//", "host;x-amz-date", vanilla), "");
  EXPECT_EQ(suite("GET", "/?Param2=value2&Param1=value1", "host;x-amz-date",
                  "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            "");
  EXPECT_EQ(suite("POST", "/", "content-type;host;x-amz-date",
                  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                  {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1"),
            "");
}

TEST(SigV4, AcceptsTheExampleOfTheIamGuide) {
  Arriving request("GET", "/?Action=ListUsers&Version=2010-05-08", "20150830T123600Z");
  request.header("host", "iam.amazonaws.com")
      .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
      .header("X-Amz-Date", "20150830T123600Z")
      .header("Authorization",
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
              "SignedHeaders=content-type;host;x-amz-date, "
              "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  EXPECT_EQ(request.code(), "");
}

TEST(SigV4, AcceptsThePresignedExample) {
  const std::string target =
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%"
      "2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-"
      "SignedHeaders=host&X-Amz-Signature="
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  Arriving request("GET", target, "20130524T120000Z");
  request.header("host", "examplebucket.s3.amazonaws.com");
  EXPECT_EQ(request.code(), "");
  Arriving late("GET", target, "20130525T000001Z");
  late.header("host", "examplebucket.s3.amazonaws.com");
  auto refused = late.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "AccessDenied");
  EXPECT_EQ(refused.error().message, "Request has expired");
  EXPECT_EQ(refused.error().status, 403);
  Arriving other("PUT", target, "20130524T120000Z");
  other.header("host", "examplebucket.s3.amazonaws.com");
  EXPECT_EQ(other.code(), "SignatureDoesNotMatch");
}

TEST(SigV4, NamesWhatIsWrongAsEachServiceDoes) {
  const auto with = [](std::string service, const std::function<void(Arriving&)>& change) {
    const bool s3 = service == "s3";
    auto request = signed_request(
        s3 ? "GET" : "POST", s3 ? "/b/k" : "/", service, s3 ? "" : "{}",
        payload_hash(s3 ? "" : "{}"), "20260101T000000Z",
        service == "sagemaker"
            ? std::vector<std::pair<std::string, std::string>>{{"X-Amz-Target",
                                                                "SageMaker.ListTrainingJobs"}}
            : std::vector<std::pair<std::string, std::string>>{});
    change(request);
    return request.code();
  };
  const auto nothing = [](Arriving&) {};
  const auto change_method = [](Arriving& r) { r.request.method = "DELETE"; };
  const auto later = [](Arriving& r) { r.clock.time += std::chrono::minutes(16); };
  const auto earlier = [](Arriving& r) { r.clock.time -= std::chrono::minutes(16); };
  const auto replace = [](std::string_view from, std::string_view to) {
    return [=](Arriving& r) {
      std::string text(r.request.headers.get("Authorization").value());
      text.replace(text.find(from), from.size(), to);
      r.request.headers.set("Authorization", text);
    };
  };
  const auto unknown = replace(kS3Key, "AKIAUNKNOWN");
  const auto expired = replace(kS3Key, "EXPIRED");
  const auto no_region = replace("eu-west-1", "us-local-1");
  const auto bad_token = [](Arriving& r) { r.request.headers.add("X-Amz-Security-Token", "bad"); };
  const auto no_signature = replace("Signature=", "Nothing=");

  for (const char* service : {"s3", "sagemaker", "sts"}) EXPECT_EQ(with(service, nothing), "");
  EXPECT_EQ(with("s3", change_method), "SignatureDoesNotMatch");
  EXPECT_EQ(with("sagemaker", change_method), "InvalidSignatureException");
  EXPECT_EQ(with("sts", change_method), "SignatureDoesNotMatch");
  for (const std::function<void(Arriving&)>& move :
       std::initializer_list<std::function<void(Arriving&)>>{later, earlier}) {
    EXPECT_EQ(with("s3", move), "RequestTimeTooSkewed");
    EXPECT_EQ(with("sagemaker", move), "InvalidSignatureException");
    EXPECT_EQ(with("sts", move), "SignatureDoesNotMatch");
  }
  EXPECT_EQ(with("s3", unknown), "InvalidAccessKeyId");
  EXPECT_EQ(with("sagemaker", unknown), "UnrecognizedClientException");
  EXPECT_EQ(with("sts", unknown), "InvalidClientTokenId");
  EXPECT_EQ(with("s3", expired), "ExpiredToken");
  EXPECT_EQ(with("sagemaker", expired), "ExpiredTokenException");
  EXPECT_EQ(with("sts", expired), "ExpiredToken");
  EXPECT_EQ(with("s3", bad_token), "InvalidToken");
  EXPECT_EQ(with("sagemaker", bad_token), "UnrecognizedClientException");
  EXPECT_EQ(with("s3", no_region), "AuthorizationHeaderMalformed");
  EXPECT_EQ(with("sagemaker", no_region), "InvalidSignatureException");
  EXPECT_EQ(with("s3", no_signature), "AuthorizationHeaderMalformed");
  EXPECT_EQ(with("sagemaker", no_signature), "IncompleteSignatureException");
  EXPECT_EQ(with("sts", no_signature), "IncompleteSignature");
}

TEST(SigV4, ARequestWithoutASignatureIsRefusedInTheFormOfItsService) {
  Arriving s3("GET", "/b/k", "20260101T000000Z");
  EXPECT_EQ(s3.code(), "AccessDenied");
  Arriving json("POST", "/", "20260101T000000Z");
  json.header("X-Amz-Target", "SageMaker.ListTrainingJobs");
  auto refused = json.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "MissingAuthenticationTokenException");
  EXPECT_EQ(refused.error().status, 400);
  Arriving query("POST", "/", "20260101T000000Z");
  query.header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  refused = query.check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "MissingAuthenticationToken");
  EXPECT_EQ(refused.error().status, 403);
  Arriving v2("GET", "/b/k", "20260101T000000Z");
  v2.header("Authorization", "AWS AKIA:abc");
  EXPECT_EQ(v2.code(), "InvalidRequest");
}

TEST(SigV4, ATamperedBodyIsRefused) {
  EXPECT_EQ(put_object("Welcome to Amazon S4.").read(), "!XAmzContentSHA256Mismatch");
  std::string large(200'000, 'a');
  auto request =
      signed_request("PUT", "/b/k", "s3", large, payload_hash(large), "20260101T000000Z");
  EXPECT_TRUE(request.read() == large);
  request.body[150'000] = 'b';
  EXPECT_EQ(request.read(), "!XAmzContentSHA256Mismatch");
  auto json = signed_request("POST", "/", "sagemaker", "{}", payload_hash("{}"), "20260101T000000Z",
                             {{"X-Amz-Target", "SageMaker.X"}});
  json.body = "[]";
  EXPECT_EQ(json.code(), "InvalidSignatureException");
}

TEST(SigV4, AnAmzFieldThatWasNotSignedIsRefused) {
  auto request = get_object();
  request.header("x-amz-acl", "public-read");
  EXPECT_EQ(request.code(), "AccessDenied");
}

TEST(SigV4, ATargetThatWasNotSignedIsRefused) {
  for (const auto& [service, code] : {std::pair{"sagemaker", "InvalidSignatureException"},
                                      std::pair{"iam", "SignatureDoesNotMatch"}}) {
    auto request =
        signed_request("POST", "/", service, "{}", payload_hash("{}"), "20260101T000000Z");
    request.header("X-Amz-Target", "SageMaker.DeleteModel");
    const auto refused = request.check();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code);
    EXPECT_NE(refused.error().message.find("'x-amz-target'"), std::string::npos);
  }
}

TEST(SigV4, WhatClientsLeaveUnsignedIsTaken) {
  auto request = signed_request("POST", "/", "sagemaker", "{}", payload_hash("{}"),
                                "20260101T000000Z", {{"X-Amz-Target", "SageMaker.X"}});
  request.header("X-Amz-User-Agent", "aws-sdk-js/3").header("x-amz-security-token", "good token");
  EXPECT_EQ(request.code(), "");
}

TEST(SigV4, SessionTokensAreChecked) {
  Arriving request("GET", "/b/k", "20260101T000000Z");
  request.header("host", "h");
  sign_request("GET", "/b/k", request.request.headers, payload_hash(""),
               {kS3Key, kS3Secret, "good token"}, {"us-east-1", "s3"}, request.clock.time);
  EXPECT_EQ(request.code(), "");
}

TEST(SigV4, AcceptsKeysWithAnyCharacters) {
  for (const char* target :
       {"/b/a%20b%2Bc/%C3%BC.txt", "/b/a//b/../c/", "/b/a+b=c@d",
        "/b/k?prefix=a%2Fb%20c&list-type=2&delimiter=%2F", "/b/%zz", "/b/?x"}) {
    auto request = signed_request("GET", target, "s3", "", payload_hash(""), "20260101T000000Z");
    EXPECT_EQ(request.code(), "") << target;
  }
  EXPECT_EQ(canonical_path("/a b//c/../d", false), "/a%20b/d");
  EXPECT_EQ(canonical_path("/a%20b", false), "/a%2520b");
  EXPECT_EQ(canonical_path("/a%20b//c/../d", true), "/a%20b//c/../d");
  EXPECT_EQ(canonical_query("b=2&a=%7e&a=1&c"), "a=1&a=~&b=2&c=");
}

TEST(SigV4, OurPresignedUrlsAreAccepted) {
  const Timestamp now = parse_iso8601("20260101T000000Z").value();
  const std::string target =
      presign("GET", "/b/k%20x?versionId=1", "127.0.0.1:9000", {kS3Key, kS3Secret, "good token"},
              {"us-west-2", "s3"}, now, 60);
  Arriving request("GET", target, "20260101T000059Z");
  request.header("host", "127.0.0.1:9000");
  EXPECT_EQ(request.code(), "");
  Arriving late("GET", target, "20260101T000101Z");
  late.header("host", "127.0.0.1:9000");
  EXPECT_EQ(late.code(), "AccessDenied");
}

TEST(Regions, AreThoseOfTheAwsPartition) {
  EXPECT_TRUE(is_known_region("us-east-1"));
  EXPECT_TRUE(is_known_region("sa-east-1"));
  EXPECT_TRUE(is_known_region("af-south-1"));
  EXPECT_FALSE(is_known_region("cn-north-1"));
  EXPECT_FALSE(is_known_region("us-local-1"));
}

TEST(SigV4, RandomRequestsNeverBreakIt) {
  Rng rng(5);
  for (int round = 0; round < 5000; ++round) {
    auto request = rng.below(2) == 0 ? get_object() : put_object();
    std::string text(request.request.headers.get("Authorization").value());
    for (auto i = 1 + rng.below(4); i > 0; --i) {
      text[static_cast<std::size_t>(rng.below(text.size()))] = static_cast<char>(rng.below(256));
    }
    if (rng.below(3) == 0) text.resize(static_cast<std::size_t>(rng.below(text.size())));
    request.request.headers.set("Authorization", text);
    (void)request.code();
    Arriving presigned(
        "GET",
        "/k?X-Amz-Signature=" + text + "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=" + text,
        "20130524T000000Z");
    EXPECT_NE(presigned.code(), "");
  }
}

}  // namespace
}  // namespace tunesmith::aws::sigv4
