// SPDX-License-Identifier: Apache-2.0
#include "services/s3/listing.h"

#include "services/s3/s3_fixture.h"

namespace tunesmith::services::s3 {
namespace {

class Listing : public S3Fixture {
 protected:
  Listing() {
    for (const char* key : {"a", "b/1", "b/2", "c/1", "d e+f", "e"}) put(key, "x");
  }
  static std::vector<std::string> names(
      const std::optional<std::vector<api::Object>>& contents,
      const std::optional<std::vector<api::CommonPrefix>>& prefixes) {
    std::vector<std::string> all;
    for (const auto& object : *contents) all.push_back(*object.key);
    for (const auto& prefix : *prefixes) all.push_back(*prefix.prefix);
    return all;
  }
};

using Names = std::vector<std::string>;

TEST_F(Listing, Version2GoesThroughAllPagesByToken) {
  api::ListObjectsV2Request input;
  input.bucket = "data";
  input.delimiter = "/";
  input.max_keys = 2;
  Names all;
  for (int page_number = 0; page_number < 5; ++page_number) {
    const auto page = list_objects_v2(call(), input).value();
    EXPECT_EQ(static_cast<std::size_t>(*page.key_count),
              names(page.contents, page.common_prefixes).size());
    for (auto& name : names(page.contents, page.common_prefixes)) all.push_back(name);
    if (!*page.is_truncated) break;
    input.continuation_token = page.next_continuation_token;
  }
  EXPECT_EQ(all, (Names{"a", "b/", "d e+f", "c/", "e"}));
}

TEST_F(Listing, Version1GoesThroughAllPagesByMarker) {
  api::ListObjectsRequest input;
  input.bucket = "data";
  input.delimiter = "/";
  input.max_keys = 1;
  Names all;
  for (int page_number = 0; page_number < 7; ++page_number) {
    const auto page = list_objects(call(), input).value();
    for (auto& name : names(page.contents, page.common_prefixes)) all.push_back(name);
    if (!*page.is_truncated) break;
    input.marker = page.next_marker;
  }
  EXPECT_EQ(all, (Names{"a", "b/", "c/", "d e+f", "e"}));
}

TEST_F(Listing, VersionsOfABucketWithoutVersionsAreItsObjects) {
  api::ListObjectVersionsRequest input;
  input.bucket = "data";
  input.delimiter = "/";
  input.max_keys = 2;
  Names all;
  for (int page_number = 0; page_number < 5; ++page_number) {
    const auto page = list_object_versions(call(), input).value();
    for (const auto& version : *page.versions) {
      EXPECT_EQ(*version.version_id, "null");
      EXPECT_TRUE(*version.is_latest);
      all.push_back(*version.key);
    }
    for (const auto& prefix : *page.common_prefixes) all.push_back(*prefix.prefix);
    if (!*page.is_truncated) break;
    input.key_marker = page.next_key_marker;
    input.version_id_marker = page.next_version_id_marker;
  }
  EXPECT_EQ(all, (Names{"a", "b/", "d e+f", "c/", "e"}));
}

TEST_F(Listing, Version1HasNoNextMarkerWithoutADelimiter) {
  api::ListObjectsRequest input;
  input.bucket = "data";
  input.max_keys = 1;
  const auto page = list_objects(call(), input).value();
  EXPECT_TRUE(*page.is_truncated);
  EXPECT_FALSE(page.next_marker);
}

TEST_F(Listing, EncodesNamesWhenAskedAndSaysSo) {
  api::ListObjectsV2Request input;
  input.bucket = "data";
  input.prefix = "d e";
  input.encoding_type = "url";
  const auto page = list_objects_v2(call(), input).value();
  EXPECT_EQ(page.encoding_type, "url");
  EXPECT_EQ(page.prefix, "d%20e");
  EXPECT_EQ(page.contents->at(0).key, "d%20e%2Bf");
  input.encoding_type = "base64";
  EXPECT_EQ(code(list_objects_v2(call(), input)), "InvalidArgument");
}

TEST_F(Listing, StartsAfterAKey) {
  api::ListObjectsV2Request input;
  input.bucket = "data";
  input.start_after = "b/1";
  const auto page = list_objects_v2(call(), input).value();
  EXPECT_EQ(names(page.contents, page.common_prefixes), (Names{"b/2", "c/1", "d e+f", "e"}));
}

TEST_F(Listing, ShowsWhatClientsRead) {
  api::ListObjectsV2Request input;
  input.bucket = "data";
  input.prefix = "a";
  input.fetch_owner = true;
  const auto object = list_objects_v2(call(), input)->contents->at(0);
  EXPECT_EQ(object.etag, "\"9dd4e461268c8034f5c8564e155c67a6\"");
  EXPECT_EQ(object.size, 1);
  EXPECT_EQ(object.storage_class, "STANDARD");
  EXPECT_EQ(object.owner->id, owner_id("123456789012"));
  EXPECT_EQ(object.checksum_algorithm->at(0), "CRC64NVME");
}

TEST_F(Listing, RefusesBadSizesAndTokens) {
  api::ListObjectsV2Request input;
  input.bucket = "data";
  input.max_keys = -1;
  EXPECT_EQ(code(list_objects_v2(call(), input)), "InvalidArgument");
  input.max_keys = 0;
  EXPECT_EQ(list_objects_v2(call(), input)->key_count, 0);
  input.max_keys = 5000;
  EXPECT_EQ(list_objects_v2(call(), input)->max_keys, 1000);
  for (const char* token : {"", "=", "eA==", "AAAA"}) {
    input.continuation_token = token;
    EXPECT_EQ(code(list_objects_v2(call(), input)), "InvalidArgument") << token;
  }
  input.continuation_token.reset();
  input.bucket = "nope";
  EXPECT_EQ(code(list_objects_v2(call(), input)), "NoSuchBucket");
}

}  // namespace
}  // namespace tunesmith::services::s3
