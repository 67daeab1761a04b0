// SPDX-License-Identifier: Apache-2.0
//
// Signatures here are those that AWS publishes: the examples of "Authenticating Requests (AWS
// Signature Version 4)" in the Amazon S3 API reference, of the IAM user guide, and of its test
// suite.
#include "aws/identity/credential_source.h"
#include "aws/sigv4/canonical_request.h"
#include "aws/sigv4/query_v2.h"
#include "aws/sigv4/regions.h"
#include "aws/sigv4/sign.h"
#include "aws/sigv4/signature_authenticator.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/strings.h"
#include "base/time_format.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace tunesmith::aws::sigv4 {
namespace {

constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kS3Key = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* kS3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

class FixedClock final : public Clock {
 public:
  Timestamp time;
  Timestamp now() const override { return time; }
};

class Keys final : public identity::CredentialSource {
 public:
  identity::CredentialLookup find(std::string_view id, std::string_view token) const override {
    if (id == "EXPIRED") return identity::CredentialProblem::kExpired;
    if (!token.empty() && token != "good token") return identity::CredentialProblem::kBadToken;
    auto credential = std::make_shared<identity::Credential>();
    credential->access_key_id = id;
    if (id == kS3Key) {
      credential->secret_access_key = kS3Secret;
    } else if (id == "AKIDEXAMPLE") {
      credential->secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    } else {
      return identity::CredentialProblem::kUnknownKey;
    }
    credential->identity = identity::session_identity("R", "AROA1", "s", id);
    return credential;
  }
};

class PiecesReader final : public http::BodyReader {
 public:
  PiecesReader(std::string content, std::size_t piece)
      : content_(std::move(content)), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t n = std::min({into.size(), piece_, content_.size() - at_});
    std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(at_), n, into.begin());
    at_ += n;
    return n;
  }

 private:
  std::string content_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

// A request as it arrives, and its check.
struct Arriving {
  http::Request request;
  std::string body;
  std::unique_ptr<PiecesReader> reader;
  FixedClock clock;
  Keys keys;
  std::unique_ptr<SignatureAuthenticator> authenticator;
  bool chunked_transfer = false;

  Arriving(std::string method, std::string target, std::string_view now) {
    request.method = std::move(method);
    request.target = std::move(target);
    clock.time = parse_iso8601(now).value();
  }
  Arriving& header(std::string name, std::string value) {
    if (name == "host") request.authority = value;
    request.headers.add(std::move(name), std::move(value));
    return *this;
  }
  Outcome<Authenticated> check(std::size_t piece = 1000) {
    reader = std::make_unique<PiecesReader>(body, piece);
    request.body = reader.get();
    if (!body.empty() && !chunked_transfer) request.content_length = body.size();
    if (!authenticator) authenticator = std::make_unique<SignatureAuthenticator>(keys, clock);
    return authenticator->authenticate(request, "id");
  }
  // "" when it is let in; else the code.
  std::string code() {
    auto result = check();
    return result ? "" : result.error().code;
  }
  // The body as the operation reads it, or the code it ends with.
  std::string read(std::size_t piece = 1000) {
    auto result = check(piece);
    if (!result) return "!" + result.error().code;
    auto content = http::read_all(*result->body, 1U << 30U);
    if (content) {
      trailers = *result->trailers;
      return *content;
    }
    return *result->body_error ? "!" + (*result->body_error)->code : "!" + content.error().message;
  }
  http::Headers trailers;
};

std::string s3_authorization(std::string_view names, std::string_view signature) {
  return fmt::format(
      "AWS4-HMAC-SHA256 Credential={}/20130524/us-east-1/s3/aws4_request,SignedHeaders={},"
      "Signature={}",
      kS3Key, names, signature);
}

Arriving s3_example(std::string method, std::string target) {
  Arriving request(std::move(method), std::move(target), "20130524T000000Z");
  request.header("host", "examplebucket.s3.amazonaws.com").header("x-amz-date", "20130524T000000Z");
  return request;
}

Arriving get_object() {
  Arriving request = s3_example("GET", "/test.txt");
  request.header("Range", "bytes=0-9")
      .header("x-amz-content-sha256", kEmpty)
      .header("Authorization",
              s3_authorization("host;range;x-amz-content-sha256;x-amz-date",
                               "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  return request;
}

Arriving put_object(std::string body = "Welcome to Amazon S3.") {
  Arriving request = s3_example("PUT", "/test$file.text");
  request.body = std::move(body);
  request.header("Date", "Fri, 24 May 2013 00:00:00 GMT")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256",
              "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
      .header("Authorization",
              s3_authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                               "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
  return request;
}

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

std::string chunk(std::string_view data, std::string_view signature) {
  return fmt::format("{:x};chunk-signature={}\r\n{}\r\n", data.size(), signature, data);
}

Arriving chunked_upload(std::string body) {
  Arriving request("PUT", "/examplebucket/chunkObject.txt", "20130524T000000Z");
  request.body = std::move(body);
  request.header("host", "s3.amazonaws.com")
      .header("x-amz-date", "20130524T000000Z")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
      .header("Content-Encoding", "aws-chunked")
      .header("x-amz-decoded-content-length", "66560")
      .header("Content-Length", "66824")
      .header(
          "Authorization",
          s3_authorization("content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                           "x-amz-decoded-content-length;x-amz-storage-class",
                           "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
  return request;
}

const std::string kChunks =
    chunk(std::string(65536, 'a'),
          "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
    chunk(std::string(1024, 'a'),
          "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
    chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");

TEST(ChunkedBody, ReadsTheExampleOfTheS3ReferenceInPiecesOfAnySize) {
  ASSERT_EQ(kChunks.size(), 66824U);
  for (const std::size_t piece : {1U, 7U, 1000U, 65536U, 100000U}) {
    EXPECT_TRUE(chunked_upload(kChunks).read(piece) == std::string(66560, 'a')) << piece;
  }
  auto request = chunked_upload(kChunks);
  auto result = request.check();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->content_length, 66560U);
}

TEST(ChunkedBody, RefusesWhatIsNotAsItWasSigned) {
  std::string tampered = kChunks;
  tampered[tampered.size() - 500] = 'b';
  EXPECT_EQ(chunked_upload(tampered).read(), "!SignatureDoesNotMatch");
  const std::string first = kChunks.substr(0, kChunks.find("\r\n400;") + 2);
  const std::string last =
      chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
  EXPECT_EQ(chunked_upload(first + last).read(), "!SignatureDoesNotMatch");
  EXPECT_EQ(chunked_upload(first).read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload(kChunks.substr(0, 70)).read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload("zz;chunk-signature=0\r\n").read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload("").read(), "!IncompleteBody");
  EXPECT_EQ(chunked_upload(std::string(5000, '1')).read(), "!IncompleteBody");
}

TEST(ChunkedBody, ReadsTheSignedTrailerOfTheS3Reference) {
  Arriving request("PUT", "/examplebucket/chunkObject.txt", "20130524T000000Z");
  request.header("host", "s3.amazonaws.com")
      .header("x-amz-date", "20130524T000000Z")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
      .header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
      .header("Content-Encoding", "aws-chunked")
      .header("x-amz-decoded-content-length", "66560")
      .header("x-amz-trailer", "x-amz-checksum-crc32c")
      .header("Authorization",
              s3_authorization("content-encoding;host;x-amz-content-sha256;x-amz-date;"
                               "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
                               "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"));
  const std::string data =
      chunk(std::string(65536, 'a'),
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
      chunk(std::string(1024, 'a'),
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7") +
      "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n";
  const std::string signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
  request.body =
      data + "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
  EXPECT_TRUE(request.read() == std::string(66560, 'a'));
  EXPECT_EQ(request.trailers.get("x-amz-checksum-crc32c"), "sOO8/Q==");
  request.body =
      data + "x-amz-checksum-crc32c:sOO8/R==\r\nx-amz-trailer-signature:" + signature + "\r\n\r\n";
  EXPECT_EQ(request.read(), "!SignatureDoesNotMatch");
  request.body = data + "nonsense\r\n\r\n";
  EXPECT_EQ(request.read(), "!MalformedTrailerError");
}

// Signs with our own client, for what has no published example.
Arriving signed_request(std::string method, std::string target, std::string service,
                        std::string body, std::string hash, std::string_view now,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
  Arriving request(method, target, now);
  request.header("host", "127.0.0.1:9000");
  for (auto& [name, value] : headers) request.header(name, value);
  request.body = std::move(body);
  sign_request(method, target, request.request.headers, hash, {kS3Key, kS3Secret},
               {"eu-west-1", std::move(service)}, request.clock.time);
  return request;
}

Arriving unsigned_trailer(std::string body) {
  auto request = signed_request(
      "PUT", "/b/k", "s3", std::move(body), "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "20260101T000000Z",
      {{"x-amz-decoded-content-length", "11"}, {"x-amz-trailer", "x-amz-checksum-crc32"}});
  request.chunked_transfer = true;
  request.request.headers.add("Transfer-Encoding", "chunked");
  return request;
}

TEST(ChunkedBody, ReadsUnsignedChunksWithATrailer) {
  auto request =
      unsigned_trailer("5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n");
  EXPECT_EQ(request.read(), "hello world");
  EXPECT_EQ(request.trailers.get("x-amz-checksum-crc32"), "DUoRhQ==");
  EXPECT_EQ(unsigned_trailer("5\r\nhello\r\n0\r\n\r\n").read(), "!IncompleteBody");
  EXPECT_EQ(unsigned_trailer("14\r\nhello world, longer!\r\n0\r\n\r\n").read(), "!IncompleteBody");
}

TEST(ChunkedBody, RandomBytesNeverBreakIt) {
  Rng rng(11);
  const std::string valid =
      "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
  auto request = unsigned_trailer("");
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = valid;
    for (auto i = rng.below(5); i > 0; --i) {
      bytes[static_cast<std::size_t>(rng.below(bytes.size()))] = static_cast<char>(rng.below(256));
    }
    request.body = bytes;
    const std::string read = request.read(static_cast<std::size_t>(1 + rng.below(20)));
    EXPECT_TRUE(read.size() == 11 || read.front() == '!') << read;
  }
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

TEST(SigV2, PresignedUrlsAreCheckedAndExpire) {
  // The example of "Signing and authenticating REST requests": its string to sign, then its
  // signature.
  Arriving request("GET", "/photos/puppy.jpg", "20070327T000000Z");
  request.header("host", "awsexamplebucket1.us-west-1.s3.amazonaws.com");
  request.request.authority = "awsexamplebucket1.s3.us-west-1.amazonaws.com";
  EXPECT_EQ(string_to_sign_v2(request.request, "1175139620"),
            "GET\n\n\n1175139620\n/awsexamplebucket1/photos/puppy.jpg");

  const auto presigned = [](std::string_view now) {
    const std::string text = "GET\n\n\n1767225600\n/b/k?response-content-type=text/csv&uploads";
    Arriving made(
        "GET",
        "/b/k?uploads&response-content-type=text%2Fcsv&AWSAccessKeyId=" + std::string(kS3Key) +
            "&Expires=1767225600&Signature=" + uri_encode(to_base64(hmac_sha1(kS3Secret, text))),
        now);
    made.header("host", "127.0.0.1:1");
    return made;
  };
  EXPECT_EQ(presigned("20260101T000000Z").code(), "");
  EXPECT_EQ(presigned("20260101T000001Z").code(), "AccessDenied");
  auto other = presigned("20260101T000000Z");
  other.request.target.replace(0, 4, "/b/q");
  EXPECT_EQ(other.code(), "SignatureDoesNotMatch");
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
