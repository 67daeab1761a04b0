// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"
#include "base/strings.h"
#include "services/s3/convert.h"
#include "services/s3/s3_fixture.h"

namespace tunesmith::services::s3 {
namespace {

class Objects : public S3Fixture {
 protected:
  api::PutObjectRequest put_input(const std::string& key) {
    api::PutObjectRequest input;
    input.bucket = "data";
    input.key = key;
    return input;
  }
  api::GetObjectRequest get_input(const std::string& key) {
    api::GetObjectRequest input;
    input.bucket = "data";
    input.key = key;
    return input;
  }
};

TEST_F(Objects, GiveBackContentHeadersAndMetadata) {
  api::PutObjectRequest input;
  input.content_type = "text/csv";
  input.content_encoding = "deflate,aws-chunked, gzip";
  input.cache_control = "no-cache";
  input.metadata = std::map<std::string, std::string>{{"a", "b"}};
  input.tagging = "k=v&x%20y=";
  EXPECT_EQ(put("k", "hello", input).etag, "\"5d41402abc4b2a76b9719d911017c592\"");
  auto output = get_object(call(), get_input("k")).value();
  EXPECT_EQ(body_of(output.body), "hello");
  EXPECT_EQ(output.content_length, 5);
  EXPECT_EQ(output.content_type, "text/csv");
  EXPECT_EQ(output.content_encoding, "deflate, gzip");
  EXPECT_EQ(output.cache_control, "no-cache");
  EXPECT_EQ(output.metadata->at("a"), "b");
  EXPECT_EQ(output.tag_count, 2);
  EXPECT_EQ(output.accept_ranges, "bytes");
  EXPECT_FALSE(output.content_range);
  EXPECT_FALSE(output.checksum_crc64nvme);
}

TEST_F(Objects, AKeyThatIsNoUtf8IsRefusedWhenItIsReadToo) {
  EXPECT_EQ(get_object(call(), get_input("\xae\x8a-")).error().code, "InvalidURI");
}

TEST_F(Objects, AreBinaryUnlessTheyWereGivenAType) {
  put("k", "x");
  EXPECT_EQ(get_object(call(), get_input("k"))->content_type, "binary/octet-stream");
  auto input = get_input("k");
  input.response_content_type = "a/b";
  input.response_expires = from_millis(0);
  const auto output = get_object(call(), input).value();
  EXPECT_EQ(output.content_type, "a/b");
  EXPECT_EQ(output.expires, "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_F(Objects, AreReadInPart) {
  put("k", "0123456789");
  auto input = get_input("k");
  input.range = "bytes=2-4";
  input.checksum_mode = "ENABLED";
  auto output = get_object(call(), input).value();
  EXPECT_EQ(body_of(output.body), "234");
  EXPECT_EQ(output.content_range, "bytes 2-4/10");
  EXPECT_EQ(output.content_length, 3);
  EXPECT_FALSE(output.checksum_crc64nvme)
      << "a checksum of the whole would be held against the part";
  input.range = "bytes=10-";
  const auto refused = get_object(call(), input);
  EXPECT_EQ(refused.error().status, 416);
  EXPECT_EQ(refused.error().details.at(1).second, "10");
  input.range = "bytes=0-1";
  input.part_number = 1;
  EXPECT_EQ(code(get_object(call(), input)), "InvalidRequest");
}

TEST_F(Objects, AreDescribedWithoutTheirContent) {
  put("k", "0123456789");
  api::HeadObjectRequest input;
  input.bucket = "data";
  input.key = "k";
  auto output = head_object(call(), input).value();
  EXPECT_EQ(output.content_length, 10);
  EXPECT_EQ(output.etag, "\"781e5e245d69b566979b86e28d23f2c7\"");
  input.range = "bytes=2-4";
  output = head_object(call(), input).value();
  EXPECT_EQ(output.content_length, 3);
  EXPECT_EQ(output.content_range, "bytes 2-4/10");
  input.range.reset();
  input.part_number = 2;
  EXPECT_EQ(head_object(call(), input).error().status, 416);
  input.key = "none";
  EXPECT_EQ(head_object(call(), input).error().status, 404);
}

TEST_F(Objects, ShowTheirChecksumWhenAsked) {
  api::PutObjectRequest put_request;
  put_request.checksum_crc32 = to_base64("\xcb\xf4\x39\x26");
  EXPECT_EQ(put("k", "123456789", put_request).checksum_crc32, "y/Q5Jg==");
  EXPECT_EQ(put("default", "123456789").checksum_crc64nvme, "rosUhgp5mIg=");
  auto input = get_input("k");
  EXPECT_FALSE(get_object(call(), input)->checksum_crc32);
  input.checksum_mode = "ENABLED";
  const auto output = get_object(call(), input).value();
  EXPECT_EQ(output.checksum_crc32, "y/Q5Jg==");
  EXPECT_EQ(output.checksum_type, "FULL_OBJECT");
}

TEST_F(Objects, ThatAreNotWhatTheClientStatedAreRefusedAndNotStored) {
  auto input = put_input("k");
  input.content_md5 = to_base64(digest(DigestAlgorithm::kMd5, "other"));
  EXPECT_EQ(code(send(put_object, input, "content")), "BadDigest");
  input.content_md5 = "short";
  EXPECT_EQ(code(send(put_object, input, "content")), "InvalidDigest");
  input = put_input("k");
  input.checksum_sha256 = to_base64(sha256("other"));
  auto refused = send(put_object, input, "content");
  EXPECT_EQ(refused.error().code, "BadDigest");
  EXPECT_EQ(refused.error().message,
            "The SHA256 you specified did not match the calculated checksum.");
  input.checksum_sha256 = "AAAA";
  EXPECT_EQ(code(send(put_object, input, "content")), "InvalidRequest");
  input.checksum_sha256 = to_base64(sha256("content"));
  input.checksum_crc32 = "AAAAAA==";
  EXPECT_EQ(code(send(put_object, input, "content")), "InvalidRequest");
  EXPECT_EQ(code(get_object(call(), get_input("k"))), "NoSuchKey");
}

TEST_F(Objects, TakeTheirChecksumFromATrailerToo) {
  auto trailers = std::make_shared<http::Headers>();
  auto input = put_input("k");
  input.checksum_algorithm = "CRC32";
  EXPECT_EQ(code(send(put_object, input, "123456789")), "InvalidRequest")
      << "neither header nor trailer";
  input.body.announced_trailers = "x-amz-checksum-crc32";
  input.body.trailers = trailers;
  EXPECT_EQ(code(send(put_object, input, "123456789")), "InvalidRequest") << "announced, not sent";
  trailers->set("x-amz-checksum-crc32", "AAAAAA==");
  EXPECT_EQ(code(send(put_object, input, "123456789")), "BadDigest");
  trailers->set("x-amz-checksum-crc32", "y/Q5Jg==");
  EXPECT_EQ(send(put_object, input, "123456789")->checksum_crc32, "y/Q5Jg==");
}

TEST_F(Objects, AreReplacedOnlyUnderTheirCondition) {
  auto absent = put_input("k");
  absent.if_none_match = "*";
  const auto first = send(put_object, absent, "one").value();
  const auto refused = send(put_object, absent, "two");
  EXPECT_EQ(refused.error().status, 412);
  EXPECT_EQ(refused.error().details.at(0).second, "If-None-Match");
  auto matching = put_input("k");
  matching.if_match = first.etag;
  EXPECT_EQ(code(send(put_object, matching, "two")), "ok");
  EXPECT_EQ(code(send(put_object, matching, "three")), "PreconditionFailed");
  matching.key = "other";
  EXPECT_EQ(code(send(put_object, matching, "x")), "NoSuchKey");
  EXPECT_EQ(get("k"), "two");
}

TEST_F(Objects, WithoutABucketAreRefusedBeforeTheirBodyIsRead) {
  class Untouched final : public http::BodyReader {
   public:
    Result<std::size_t> read(std::span<char>) override {
      ADD_FAILURE() << "read";
      return std::size_t{0};
    }
  } reader;
  auto input = put_input("k");
  input.bucket = "nope";
  input.body.reader = &reader;
  EXPECT_EQ(code(put_object(call(), input)), "NoSuchBucket");
  input.bucket = "data";
  input.key = std::string(1025, 'k');
  EXPECT_EQ(code(put_object(call(), input)), "KeyTooLongError");
}

TEST_F(Objects, RefuseTooMuchMetadataAndBadTags) {
  auto input = put_input("k");
  input.metadata = std::map<std::string, std::string>{{"a", std::string(2048, 'x')}};
  EXPECT_EQ(code(send(put_object, input, "x")), "MetadataTooLarge");
  input.metadata.reset();
  input.tagging = "a=1&a=2";
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidTag");
  const auto letters = [](int count) {
    std::string encoded;
    for (int i = 0; i < count; ++i) encoded += "%C3%A9";
    return encoded;
  };
  input.tagging = letters(128) + "=" + letters(256);  // characters, not bytes
  EXPECT_TRUE(send(put_object, input, "x"));
  input.tagging = letters(129) + "=";
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidTag");
  input.tagging = "a=" + letters(257);
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidTag");
  input.tagging = "aws:mine=1";
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidTag");
  input.tagging = "a=%zz";
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidArgument");
  input.tagging = "a&b&c&d&e&f&g&h&i&j&k";
  EXPECT_EQ(code(send(put_object, input, "x")), "BadRequest");
  input.tagging.reset();
  input.storage_class = "COLD";
  EXPECT_EQ(code(send(put_object, input, "x")), "InvalidStorageClass");
}

TEST_F(Objects, MayHaveTagsOf128And256Characters) {
  const auto tagged = [&](std::size_t key, std::size_t value) {
    api::PutObjectTaggingRequest input;
    input.bucket = "data";
    input.key = "k";
    api::Tag tag;
    for (std::size_t i = 0; i < key; ++i) tag.key += "\u00e9";
    for (std::size_t i = 0; i < value; ++i) tag.value += "\u00e9";
    input.tagging.tag_set = {tag};
    return code(put_object_tagging(call(), input));
  };
  put("k", "x");
  EXPECT_EQ(tagged(128, 256), "ok");
  EXPECT_EQ(tagged(129, 1), "InvalidTag");
  EXPECT_EQ(tagged(1, 257), "InvalidTag");
}

TEST_F(Objects, AreCopiedWithOrWithoutTheirMetadata) {
  api::PutObjectRequest original;
  original.content_type = "a/b";
  original.metadata = std::map<std::string, std::string>{{"m", "1"}};
  original.tagging = "t=1";
  put("a b/\xc3\xbc", "content", original);
  api::CopyObjectRequest input;
  input.bucket = "data";
  input.key = "copy";
  input.copy_source = "/data/a%20b/%C3%BC";
  const auto copied = copy_object(call(), input).value();
  EXPECT_EQ(copied.copy_object_result->etag,
            quote_etag(to_hex(digest(DigestAlgorithm::kMd5, "content"))));
  auto output = get_object(call(), get_input("copy")).value();
  EXPECT_EQ(body_of(output.body), "content");
  EXPECT_EQ(output.content_type, "a/b");
  EXPECT_EQ(output.metadata->at("m"), "1");
  EXPECT_EQ(output.tag_count, 1);
  input.metadata_directive = "REPLACE";
  input.tagging_directive = "REPLACE";
  input.content_type = "c/d";
  ASSERT_TRUE(copy_object(call(), input));
  output = get_object(call(), get_input("copy")).value();
  EXPECT_EQ(output.content_type, "c/d");
  EXPECT_FALSE(output.metadata);
  EXPECT_FALSE(output.tag_count);
}

TEST_F(Objects, AreCopiedOntoThemselvesOnlyToChange) {
  put("k", "content");
  api::CopyObjectRequest input;
  input.bucket = "data";
  input.key = "k";
  input.copy_source = "data/k";
  EXPECT_EQ(code(copy_object(call(), input)), "InvalidRequest");
  input.metadata_directive = "REPLACE";
  EXPECT_EQ(code(copy_object(call(), input)), "ok");
  input.metadata_directive = "MOVE";
  EXPECT_EQ(code(copy_object(call(), input)), "InvalidArgument");
}

TEST_F(Objects, AreNotCopiedFromABadSource) {
  put("k", "content");
  api::CopyObjectRequest input;
  input.bucket = "data";
  input.key = "copy";
  for (const char* source : {"", "data", "/data", "data/", "%zz/k"}) {
    input.copy_source = source;
    EXPECT_EQ(code(copy_object(call(), input)), "InvalidArgument") << source;
  }
  for (const char* encoded : {"data%2Fnone", "%2Fdata%2fnone"}) {
    input.copy_source = encoded;
    EXPECT_EQ(code(copy_object(call(), input)), "NoSuchKey") << encoded;
  }
  input.copy_source = "data/none";
  EXPECT_EQ(code(copy_object(call(), input)), "NoSuchKey");
  input.copy_source = "none/k";
  EXPECT_EQ(code(copy_object(call(), input)), "NoSuchBucket");
  input.copy_source = "data/k?versionId=null";
  input.copy_source_if_match = "\"other\"";
  EXPECT_EQ(code(copy_object(call(), input)), "PreconditionFailed");
}

TEST_F(Objects, AreDeletedManyAtOnce) {
  put("a", "1");
  put("b", "2");
  api::DeleteObjectsRequest input;
  input.bucket = "data";
  EXPECT_EQ(code(delete_objects(call(), input)), "MalformedXML");
  for (const char* key : {"a", "none", "b"}) input.delete_.objects.emplace_back().key = key;
  input.delete_.objects.back().etag = "\"other\"";
  auto output = delete_objects(call(), input).value();
  ASSERT_EQ(output.deleted->size(), 2U);
  EXPECT_EQ(output.deleted->at(1).key, "none");
  ASSERT_EQ(output.errors->size(), 1U);
  EXPECT_EQ(output.errors->at(0).code, "PreconditionFailed");
  input.delete_.objects.back().etag.reset();
  input.delete_.quiet = true;
  output = delete_objects(call(), input).value();
  EXPECT_FALSE(output.deleted);
  EXPECT_FALSE(output.errors);
  EXPECT_EQ(code(get_object(call(), get_input("b"))), "NoSuchKey");
}

TEST_F(Objects, HaveTagsOfTheirOwn) {
  put("k", "x");
  api::PutObjectTaggingRequest set;
  set.bucket = "data";
  set.key = "k";
  set.tagging.tag_set = {{"a", "1"}, {"b", ""}};
  ASSERT_TRUE(put_object_tagging(call(), set));
  api::GetObjectTaggingRequest input;
  input.bucket = "data";
  input.key = "k";
  EXPECT_EQ(get_object_tagging(call(), input)->tag_set.size(), 2U);
  api::DeleteObjectTaggingRequest remove;
  remove.bucket = "data";
  remove.key = "k";
  ASSERT_TRUE(delete_object_tagging(call(), remove));
  EXPECT_TRUE(get_object_tagging(call(), input)->tag_set.empty());
  input.key = "none";
  EXPECT_EQ(code(get_object_tagging(call(), input)), "NoSuchKey");
}

TEST_F(Objects, OfAForeignOwnerOrVersionAreRefused) {
  put("k", "x");
  auto input = get_input("k");
  input.expected_bucket_owner = "999999999999";
  EXPECT_EQ(code(get_object(call(), input)), "AccessDenied");
  input.expected_bucket_owner = "123456789012";
  input.version_id = "3HL4kqtJlcpXrof3";
  EXPECT_EQ(code(get_object(call(), input)), "InvalidArgument");
  input.version_id = "null";
  EXPECT_EQ(code(get_object(call(), input)), "ok");
}

}  // namespace
}  // namespace tunesmith::services::s3
