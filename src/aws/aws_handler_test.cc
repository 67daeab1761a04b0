// SPDX-License-Identifier: Apache-2.0
#include "aws/aws_handler.h"

#include "aws/stream.h"
#include "aws/testing.h"

#include "tunesmith/api/iam/operations.h"
#include "tunesmith/api/s3/operations.h"
#include "tunesmith/api/sagemaker/operations.h"
#include "tunesmith/api/sts/operations.h"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>

namespace tunesmith::aws {
namespace {

namespace sm = api::sagemaker;
namespace s3 = api::s3;
namespace sts = api::sts;
using testing::body_text;
using testing::TestRequest;

std::pair<std::string, std::string> target(const std::string& operation) {
  return {"X-Amz-Target", "SageMaker." + operation};
}
std::pair<std::string, std::string> signed_for(const std::string& service) {
  return {"Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/" + service +
                               "/aws4_request, SignedHeaders=host, Signature=00"};
}
const std::pair<std::string, std::string> kForm{"Content-Type",
                                                "application/x-www-form-urlencoded; charset=utf-8"};

class AwsHandlerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_.add<sm::StopTrainingJob>(
        [this](RequestContext& context,
               const sm::StopTrainingJobRequest& input) -> Outcome<NoOutput> {
          seen_ = context.region + "/" + input.training_job_name;
          if (input.training_job_name == "missing") {
            return ApiError{.code = "ResourceNotFound", .message = "Requested resource not found."};
          }
          if (input.training_job_name == "boom") throw std::runtime_error("boom");
          return NoOutput{};
        },
        {.quick = true});
    table_.add<sts::GetCallerIdentity>(
        [](RequestContext& context,
           const sts::GetCallerIdentityRequest&) -> Outcome<sts::GetCallerIdentityResponse> {
          sts::GetCallerIdentityResponse output;
          output.account = context.identity.account;
          output.arn = "arn:aws:sts::123456789012:assumed-role/R/<s>";
          return output;
        });
    table_.add<sts::AssumeRole>(
        [this](RequestContext&,
               const sts::AssumeRoleRequest& input) -> Outcome<sts::AssumeRoleResponse> {
          seen_ = input.role_arn + " " + input.role_session_name;
          for (const auto& tag : input.tags.value()) seen_ += " " + tag.key + "=" + tag.value;
          sts::AssumeRoleResponse output;
          output.credentials.emplace().expiration = from_millis(1764021246123);
          return output;
        });
    table_.add<s3::GetObject>(
        [this](RequestContext&, const s3::GetObjectRequest& input) -> Outcome<s3::GetObjectOutput> {
          seen_ = "GetObject " + input.bucket + " " + input.key;
          if (input.key == "none") {
            return ApiError{.code = "NoSuchKey",
                            .message = "The specified key does not exist.",
                            .status = 404,
                            .details = {{"Key", "none"}}};
          }
          s3::GetObjectOutput output;
          output.body.content = std::string("content");
          output.etag = "\"e\"";
          output.last_modified = from_millis(1764021246123);
          output.metadata.emplace()["color"] = "red\r\nX-Evil: 1";
          output.content_type = "text/plain";
          if (input.range) output.content_range = "bytes 0-6/10";
          return output;
        });
    table_.add<s3::HeadObject>(
        [](RequestContext&, const s3::HeadObjectRequest& input) -> Outcome<s3::HeadObjectOutput> {
          if (input.key == "none")
            return ApiError{.code = "404", .message = "Not Found", .status = 404};
          s3::HeadObjectOutput output;
          output.content_length = 5'000'000'000;
          return output;
        });
    table_.add<s3::PutObject>(
        [this](RequestContext&, s3::PutObjectRequest& input) -> Outcome<s3::PutObjectOutput> {
          auto text = http::read_all(*input.body.reader, 1000);
          seen_ = "PutObject " + input.bucket + " " + input.key + " " + *text;
          const auto metadata = input.metadata.value_or(std::map<std::string, std::string>{});
          for (const auto& [key, value] : metadata) seen_ += " " + key + "=" + value;
          s3::PutObjectOutput output;
          output.etag = "\"put\"";
          return output;
        });
    table_.add<s3::CopyObject>(
        [this](RequestContext&,
               const s3::CopyObjectRequest& input) -> Outcome<s3::CopyObjectOutput> {
          seen_ = "CopyObject " + input.copy_source;
          s3::CopyObjectOutput output;
          output.copy_object_result.emplace().etag = "\"c\"";
          return output;
        });
    table_.add<s3::UploadPart>(
        [this](RequestContext&, s3::UploadPartRequest& input) -> Outcome<s3::UploadPartOutput> {
          seen_ = "UploadPart " + std::to_string(input.part_number) + " " + input.upload_id;
          return s3::UploadPartOutput{};
        });
    table_.add<s3::ListObjects>(
        [this](RequestContext&,
               const s3::ListObjectsRequest& input) -> Outcome<s3::ListObjectsOutput> {
          seen_ = "ListObjects " + input.bucket;
          return s3::ListObjectsOutput{};
        });
    table_.add<s3::ListObjectsV2>(
        [this](RequestContext&,
               const s3::ListObjectsV2Request& input) -> Outcome<s3::ListObjectsV2Output> {
          seen_ = "ListObjectsV2 " + input.bucket + " " + input.prefix.value_or("-");
          s3::ListObjectsV2Output output;
          output.is_truncated = false;
          auto& contents = output.contents.emplace();
          contents.resize(2);
          contents[0].key = "a&b";
          contents[1].key = "c";
          contents[1].last_modified = from_millis(1764021246123);
          return output;
        });
    table_.add<s3::ListBuckets>(
        [](RequestContext&, const s3::ListBucketsRequest&) -> Outcome<s3::ListBucketsOutput> {
          s3::ListBucketsOutput output;
          output.buckets.emplace().emplace_back().name = "one";
          return output;
        });
    table_.add<s3::GetBucketLocation>(
        [](RequestContext&,
           const s3::GetBucketLocationRequest& input) -> Outcome<s3::GetBucketLocationOutput> {
          s3::GetBucketLocationOutput output;
          if (input.bucket == "west") output.location_constraint = "us-west-2";
          return output;
        });
    table_.add<s3::DeleteObjects>(
        [this](RequestContext&,
               const s3::DeleteObjectsRequest& input) -> Outcome<s3::DeleteObjectsOutput> {
          seen_ = "DeleteObjects";
          for (const auto& object : input.delete_.objects) seen_ += " [" + object.key + "]";
          return s3::DeleteObjectsOutput{};
        });
    table_.add<s3::CompleteMultipartUpload>(
        [this](RequestContext&, const s3::CompleteMultipartUploadRequest& input)
            -> Outcome<s3::CompleteMultipartUploadOutput> {
          seen_ = "Complete";
          for (const auto& part : input.multipart_upload.value().parts.value()) {
            seen_ += " " + std::to_string(*part.part_number) + ":" + *part.etag;
          }
          return s3::CompleteMultipartUploadOutput{};
        });
    table_.add<s3::GetObjectAttributes>(
        [this](
            RequestContext&,
            const s3::GetObjectAttributesRequest& input) -> Outcome<s3::GetObjectAttributesOutput> {
          seen_ = "Attributes";
          for (const auto& name : input.object_attributes) seen_ += " " + name;
          return s3::GetObjectAttributesOutput{};
        });
    handler_.emplace(
        std::vector{&sm::service(), &s3::service(), &sts::service(), &api::iam::service()}, table_,
        authenticator_, AwsHandlerOptions{.max_document = 10'000});
  }

  http::Response ask(std::string method, std::string uri,
                     std::vector<std::pair<std::string, std::string>> headers = {},
                     std::string body = {}) {
    TestRequest request(std::move(method), std::move(uri), std::move(headers), std::move(body));
    return handler_->handle(request.request);
  }

  std::string seen_;
  OperationTable table_;
  testing::BelievingAuthenticator authenticator_;
  std::optional<AwsHandler> handler_;
};

TEST_F(AwsHandlerTest, RunsAJsonOperation) {
  const auto response = ask("POST", "/", {target("StopTrainingJob")}, R"({"TrainingJobName":"a"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(seen_, "us-east-1/a");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(response.headers.get_or("x-amzn-RequestId", "").size(), 36U);
}

TEST_F(AwsHandlerTest, AnswersAJsonOperationsError) {
  const auto response =
      ask("POST", "/", {target("StopTrainingJob")}, R"({"TrainingJobName":"missing"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(body_text(response),
            R"({"__type":"ResourceNotFound","message":"Requested resource not found."})");
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "ResourceNotFound");
}

TEST_F(AwsHandlerTest, RefusesAnInvalidJsonInputBeforeTheOperationRuns) {
  const auto response = ask("POST", "/", {target("StopTrainingJob")}, R"({"TrainingJobName":""})");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(body_text(response).find(R"("__type":"ValidationException")"), std::string::npos);
  EXPECT_EQ(seen_, "");
}

TEST_F(AwsHandlerTest, RefusesAJsonBodyThatIsTooLong) {
  const auto response = ask("POST", "/", {target("StopTrainingJob")}, std::string(10'001, ' '));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "RequestEntityTooLargeException");
}

TEST_F(AwsHandlerTest, NamesTheJsonOperationThatItLacks) {
  EXPECT_EQ(body_text(ask("POST", "/", {target("CreateDomain")}, "{}")),
            R"({"__type":"UnknownOperationException","message":"Tunesmith does not implement )"
            R"(SageMaker.CreateDomain"})");
  // In the model and in operations.toml, but nobody bound it here.
  EXPECT_NE(body_text(ask("POST", "/", {target("AddTags")}, "{}")).find("SageMaker.AddTags"),
            std::string::npos);
  EXPECT_NE(body_text(ask("POST", "/", {target("Nonsense")}, "{}")).find("SageMaker.Nonsense"),
            std::string::npos);
  EXPECT_NE(body_text(ask("POST", "/", {{"X-Amz-Target", "Logs_20140328.PutLogEvents"}}, "{}"))
                .find("Logs_20140328.PutLogEvents"),
            std::string::npos);
}

TEST_F(AwsHandlerTest, TurnsAnExceptionIntoAnInternalFailure) {
  const auto response =
      ask("POST", "/", {target("StopTrainingJob")}, R"({"TrainingJobName":"boom"})");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "InternalFailure");
  EXPECT_EQ(body_text(response).find("boom"), std::string::npos);
}

TEST_F(AwsHandlerTest, RefusesABadSignatureInTheProtocolOfTheService) {
  EXPECT_EQ(body_text(ask("POST", "/", {target("StopTrainingJob"), {"x-test-deny", "1"}}, "{}")),
            R"({"__type":"SignatureDoesNotMatch","message":"no"})");
  EXPECT_NE(body_text(ask("POST", "/", {signed_for("sts"), kForm, {"x-test-deny", "1"}}))
                .find("<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"),
            std::string::npos);
  const auto s3 = ask("GET", "/b/k", {{"x-test-deny", "1"}});
  EXPECT_EQ(s3.status, 403);
  EXPECT_NE(body_text(s3).find("<Error><Code>SignatureDoesNotMatch</Code>"), std::string::npos);
}

TEST_F(AwsHandlerTest, RefusesASignatureForAnotherService) {
  const auto response =
      ask("POST", "/", {target("StopTrainingJob"), {"x-test-service", "s3"}}, "{}");
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(
      body_text(response).find("Credential should be scoped to correct service: 'sagemaker'."),
      std::string::npos);
  EXPECT_EQ(seen_, "");
}

TEST_F(AwsHandlerTest, KnowsWhichOperationsAreQuick) {
  TestRequest stop("POST", "/", {target("StopTrainingJob")});
  TestRequest other("POST", "/", {target("AddTags")});
  EXPECT_TRUE(handler_->is_quick(stop.request));
  EXPECT_FALSE(handler_->is_quick(other.request));
}

TEST_F(AwsHandlerTest, RunsAQueryOperation) {
  const auto response =
      ask("POST", "/", {signed_for("sts"), kForm}, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(response.status, 200);
  const std::string id(response.headers.get_or("x-amzn-RequestId", ""));
  EXPECT_EQ(
      body_text(response),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
      "<GetCallerIdentityResult><Account>123456789012</Account>"
      "<Arn>arn:aws:sts::123456789012:assumed-role/R/&lt;s&gt;</Arn></GetCallerIdentityResult>"
      "<ResponseMetadata><RequestId>" +
          id + "</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
}

TEST_F(AwsHandlerTest, ReadsListsOfQueryParameters) {
  const auto response = ask(
      "POST", "/", {signed_for("sts"), kForm},
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FR&"
      "RoleSessionName=sn&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c&"
      "Tags.member.2.Value=d+e");
  EXPECT_EQ(response.status, 200) << body_text(response);
  EXPECT_EQ(seen_, "arn:aws:iam::123456789012:role/R sn a=b c=d e");
  EXPECT_NE(body_text(response).find("<Expiration>2025-11-24T21:54:06.123Z</Expiration>"),
            std::string::npos);
}

TEST_F(AwsHandlerTest, RefusesBadQueryRequests) {
  const auto code = [&](std::string form) {
    const std::string text =
        body_text(ask("POST", "/", {signed_for("sts"), kForm}, std::move(form)));
    const auto at = text.find("<Code>") + 6;
    return text.substr(at, text.find("</Code>") - at);
  };
  EXPECT_EQ(code("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/R"), "ValidationError");
  EXPECT_EQ(code("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/R&RoleSessionName=ss&"
                 "DurationSeconds=many"),
            "MalformedInput");
  EXPECT_EQ(code("Action=GetFederationToken"), "InvalidAction");
  EXPECT_EQ(code("Action=NoSuchThing"), "InvalidAction");
  EXPECT_EQ(code("Version=2011-06-15"), "MissingAction");
}

TEST_F(AwsHandlerTest, FindsAServiceByItsHost) {
  const auto response = ask("POST", "/", {{"Host", "sts.us-east-1.amazonaws.com"}, kForm},
                            "Action=GetCallerIdentity");
  EXPECT_EQ(response.status, 200);
}

TEST_F(AwsHandlerTest, SendsAnObject) {
  const auto response = ask("GET", "/bucket/a/b%20c%2B%C3%BC.txt", {signed_for("s3")});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(seen_, "GetObject bucket a/b c+\xC3\xBC.txt");
  EXPECT_EQ(body_text(response), "content");
  EXPECT_EQ(response.headers.get("ETag"), "\"e\"");
  EXPECT_EQ(response.headers.get("Last-Modified"), "Mon, 24 Nov 2025 21:54:06 GMT");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain");
  EXPECT_TRUE(response.headers.has("x-amz-request-id"));
}

TEST_F(AwsHandlerTest, AStoredValueCanNotStartAHeader) {
  const auto response = ask("GET", "/bucket/k");
  EXPECT_EQ(response.headers.get("x-amz-meta-color"), "red  X-Evil: 1");
}

TEST_F(AwsHandlerTest, AnswersARangeWith206) {
  EXPECT_EQ(ask("GET", "/bucket/k", {{"Range", "bytes=0-6"}}).status, 206);
}

TEST_F(AwsHandlerTest, AnswersAnS3Error) {
  const auto response = ask("GET", "/bucket/none");
  EXPECT_EQ(response.status, 404);
  const std::string text = body_text(response);
  EXPECT_NE(
      text.find("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
                "<Key>none</Key><RequestId>"),
      std::string::npos)
      << text;
}

TEST_F(AwsHandlerTest, AnswersHeadWithoutABody) {
  const auto found = ask("HEAD", "/bucket/k");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.content_length, 5'000'000'000U);
  EXPECT_EQ(body_text(found), "");
  const auto missing = ask("HEAD", "/bucket/none");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(body_text(missing), "");
}

TEST_F(AwsHandlerTest, StreamsAnObjectIn) {
  const auto response =
      ask("PUT", "/bucket/k", {{"X-Amz-Meta-Color", "red"}, {"x-amz-meta-b", "2"}}, "hello");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(seen_, "PutObject bucket k hello b=2 color=red");
  EXPECT_EQ(response.headers.get("ETag"), "\"put\"");
  EXPECT_EQ(body_text(response), "");
}

TEST_F(AwsHandlerTest, TellsOperationsWithOnePathApart) {
  (void)ask("PUT", "/bucket/k", {{"x-amz-copy-source", "/b/other"}});
  EXPECT_EQ(seen_, "CopyObject /b/other");
  (void)ask("PUT", "/bucket/k?partNumber=2&uploadId=u");
  EXPECT_EQ(seen_, "UploadPart 2 u");
  (void)ask("GET", "/bucket?list-type=2&prefix=a%2Fb");
  EXPECT_EQ(seen_, "ListObjectsV2 bucket a/b");
  (void)ask("GET", "/bucket/");
  EXPECT_EQ(seen_, "ListObjects bucket");
  EXPECT_NE(body_text(ask("GET", "/")).find("<ListAllMyBucketsResult"), std::string::npos);
}

TEST_F(AwsHandlerTest, ReadsABucketFromTheHost) {
  for (const std::string host :
       {"my.bucket.s3.amazonaws.com", "my.bucket.s3.us-west-2.amazonaws.com:443",
        "my.bucket.s3-us-west-2.amazonaws.com", "my.bucket.s3.dualstack.us-west-2.amazonaws.com"}) {
    seen_.clear();
    (void)ask("GET", "/a/k", {{"Host", host}});
    EXPECT_EQ(seen_, "GetObject my.bucket a/k") << host;
  }
  (void)ask("GET", "/bucket/k", {{"Host", "s3.us-west-2.amazonaws.com"}});
  EXPECT_EQ(seen_, "GetObject bucket k");
}

TEST_F(AwsHandlerTest, WritesFlattenedLists) {
  const std::string text = body_text(ask("GET", "/bucket?list-type=2"));
  EXPECT_EQ(text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key></Contents>"
            "<Contents><Key>c</Key><LastModified>2025-11-24T21:54:06.123Z</LastModified></Contents>"
            "</ListBucketResult>");
}

TEST_F(AwsHandlerTest, WritesTheBucketsLocationAsTheRootItself) {
  const std::string root = "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
  EXPECT_NE(body_text(ask("GET", "/west?location")).find(root + ">us-west-2</LocationConstraint>"),
            std::string::npos);
  EXPECT_NE(body_text(ask("GET", "/east?location")).find(root + "/>"), std::string::npos);
}

TEST_F(AwsHandlerTest, ReadsXmlPayloads) {
  (void)ask(
      "POST", "/bucket?delete", {},
      "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&lt;b</Key></Object>"
      "<Object><Key> </Key></Object><Quiet>true</Quiet></Delete>");
  EXPECT_EQ(seen_, "DeleteObjects [a<b] [ ]");
  (void)ask("POST", "/bucket/k?uploadId=u", {},
            "<x:CompleteMultipartUpload xmlns:x='y'><x:Part><x:ETag>e1</x:ETag><x:PartNumber>1"
            "</x:PartNumber></x:Part></x:CompleteMultipartUpload>");
  EXPECT_EQ(seen_, "Complete 1:e1");
}

TEST_F(AwsHandlerTest, RefusesBadXmlPayloads) {
  for (const std::string body :
       {"", "nope", "<Delete><Object>", "<Delete><Object/></Delete>", "<Delete/>",
        "<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>"}) {
    seen_.clear();
    const auto response = ask("POST", "/bucket?delete", {}, body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_NE(body_text(response).find("<Code>MalformedXML</Code>"), std::string::npos) << body;
    EXPECT_EQ(seen_, "") << body;
  }
}

TEST_F(AwsHandlerTest, ReadsListsFromHeaders) {
  (void)ask("GET", "/bucket/k?attributes",
            {{"x-amz-object-attributes", "ETag,ObjectSize, Checksum"}});
  EXPECT_EQ(seen_, "Attributes ETag ObjectSize Checksum");
}

TEST_F(AwsHandlerTest, RefusesParametersOfTheWrongType) {
  const auto response = ask("GET", "/bucket?list-type=2&max-keys=many");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(
      body_text(response).find("<Code>InvalidArgument</Code><Message>Provided max-keys not an "
                               "integer or within integer range</Message>"),
      std::string::npos);
}

TEST_F(AwsHandlerTest, NamesTheS3OperationThatItLacks) {
  const auto response = ask("GET", "/bucket?acl");
  EXPECT_EQ(response.status, 501);
  EXPECT_NE(
      body_text(response).find("<Code>NotImplemented</Code><Message>Tunesmith does not implement "
                               "S3.GetBucketAcl</Message>"),
      std::string::npos);
  EXPECT_EQ(ask("PATCH", "/bucket").status, 405);
}

TEST_F(AwsHandlerTest, NamesTheFormUploadThatItLacks) {
  const auto response =
      ask("POST", "/bucket", {{"Content-Type", "multipart/form-data; boundary=x"}}, "--x--");
  EXPECT_EQ(response.status, 501);
  EXPECT_NE(body_text(response).find("S3.PostObject"), std::string::npos);
}

TEST_F(AwsHandlerTest, NeverCrashesOnOddRequests) {
  for (const std::string uri :
       {"/%", "/%zz/%", "//", "/a//b", "/?&&=&=a&%=%", "/b/%00", "*", "", "/b?uploadId",
        "/b/k?X-Amz-Credential=", "/b/k?X-Amz-Credential=a%2Fb"}) {
    for (const std::string method : {"GET", "PUT", "POST", "DELETE", "HEAD", "", "NONSENSE"}) {
      const auto response = ask(method, uri, {{"Authorization", "Credential=///"}});
      EXPECT_GE(response.status, 200) << method << " " << uri;
    }
  }
}

TEST_F(AwsHandlerTest, ARefusedSignatureIsAuditedWithTheKeyThatItClaims) {
  struct Trail final : AuditTrail {
    std::vector<std::string> seen;
    void record(const AuditEvent& event) override {
      seen.push_back(event.context.error_code + " " + event.context.claimed_access_key_id + " " +
                     event.context.identity.access_key_id);
    }
  } trail;
  AwsHandler handler({&s3::service()}, table_, authenticator_, {.audit = &trail});
  const std::pair<std::string, std::string> deny{"x-test-deny", "1"};
  TestRequest in_header("GET", "/b/k", {signed_for("s3"), deny});
  TestRequest in_url(
      "GET", "/b/k?X-Amz-Credential=AKIDURL%2F20261124%2Fus-east-1%2Fs3%2Faws4_request", {deny});
  TestRequest in_old_url("GET", "/b/k?AWSAccessKeyId=AKIDOLD&Signature=x&Expires=1", {deny});
  TestRequest unsigned_one("GET", "/b/k", {deny});
  for (TestRequest* request : {&in_header, &in_url, &in_old_url, &unsigned_one})
    handler.handle(request->request);
  EXPECT_EQ(trail.seen, (std::vector<std::string>{
                            "SignatureDoesNotMatch AKID ", "SignatureDoesNotMatch AKIDURL ",
                            "SignatureDoesNotMatch AKIDOLD ", "SignatureDoesNotMatch  "}));
}

}  // namespace
}  // namespace tunesmith::aws
