// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/rest_router.h"

#include "tunesmith/api/s3/operations.h"

#include <gtest/gtest.h>

#include <string>

namespace tunesmith::aws {
namespace {

std::string route(std::string_view method, std::string_view uri,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
  static const RestRouter router(api::s3::service());
  http::Headers fields;
  for (auto& [name, value] : headers) fields.add(name, value);
  const auto question = uri.find('?');
  const auto match = router.route(
      method, uri.substr(0, question),
      parse_query(question == std::string_view::npos ? "" : uri.substr(question + 1)), fields);
  return match ? std::string(match->operation->name) : "none";
}

TEST(RestRouter, FindsS3OperationsByPathQueryAndHeader) {
  EXPECT_EQ(route("GET", "/"), "ListBuckets");
  EXPECT_EQ(route("GET", "/?x-id=ListBuckets"), "ListBuckets");
  EXPECT_EQ(route("PUT", "/b"), "CreateBucket");
  EXPECT_EQ(route("PUT", "/b/"), "CreateBucket");
  EXPECT_EQ(route("HEAD", "/b"), "HeadBucket");
  EXPECT_EQ(route("DELETE", "/b"), "DeleteBucket");
  EXPECT_EQ(route("GET", "/b"), "ListObjects");
  EXPECT_EQ(route("GET", "/b?list-type=2"), "ListObjectsV2");
  EXPECT_EQ(route("GET", "/b?location"), "GetBucketLocation");
  EXPECT_EQ(route("GET", "/b?uploads"), "ListMultipartUploads");
  EXPECT_EQ(route("GET", "/b?versions"), "ListObjectVersions");
  EXPECT_EQ(route("GET", "/b?versioning"), "GetBucketVersioning");
  EXPECT_EQ(route("POST", "/b?delete="), "DeleteObjects");
  EXPECT_EQ(route("GET", "/b/k"), "GetObject");
  EXPECT_EQ(route("GET", "/b/k/l//m"), "GetObject");
  EXPECT_EQ(route("GET", "/b/k?attributes"), "GetObjectAttributes");
  EXPECT_EQ(route("GET", "/b/k?tagging"), "GetObjectTagging");
  EXPECT_EQ(route("GET", "/b/k?uploadId=u"), "ListParts");
  EXPECT_EQ(route("HEAD", "/b/k"), "HeadObject");
  EXPECT_EQ(route("PUT", "/b/k"), "PutObject");
  EXPECT_EQ(route("PUT", "/b/k", {{"x-amz-copy-source", "a/b"}}), "CopyObject");
  EXPECT_EQ(route("PUT", "/b/k?partNumber=1&uploadId=u"), "UploadPart");
  EXPECT_EQ(route("PUT", "/b/k?partNumber=1&uploadId=u", {{"X-Amz-Copy-Source", "a/b"}}),
            "UploadPartCopy");
  EXPECT_EQ(route("PUT", "/b/k?tagging"), "PutObjectTagging");
  EXPECT_EQ(route("POST", "/b/k?uploads"), "CreateMultipartUpload");
  EXPECT_EQ(route("POST", "/b/k?uploadId=u"), "CompleteMultipartUpload");
  EXPECT_EQ(route("DELETE", "/b/k?uploadId=u"), "AbortMultipartUpload");
  EXPECT_EQ(route("DELETE", "/b/k?tagging"), "DeleteObjectTagging");
  EXPECT_EQ(route("DELETE", "/b/k"), "DeleteObject");
  EXPECT_EQ(route("PATCH", "/b/k"), "none");
}

// Were they passed over, what deletes an ACL would delete the bucket.
TEST(RestRouter, ASubResourceIsNeverPassedOver) {
  for (const char* query : {"acl", "acl=", "versioning", "policyStatus", "uploads", "location",
                            "versions", "requestPayment", "notification", "uploadId=u"}) {
    EXPECT_EQ(route("DELETE", std::string("/b?") + query), "none") << query;
  }
  for (const char* query : {"acl", "uploads", "attributes", "retention", "legal-hold", "torrent",
                            "restore", "select", "partNumber=1", "policy"}) {
    EXPECT_EQ(route("DELETE", std::string("/b/k?") + query), "none") << query;
  }
  for (const char* query : {"uploads", "uploadId=abc", "partNumber=1", "policy", "delete",
                            "torrent", "attributes", "restore", "cors"}) {
    EXPECT_EQ(route("PUT", std::string("/b/k?") + query), "none") << query;
    EXPECT_EQ(route("PUT", std::string("/b/k?") + query, {{"x-amz-copy-source", "a/b"}}), "none");
  }
  EXPECT_EQ(route("PUT", "/b?uploads"), "none");
  EXPECT_EQ(route("GET", "/b/k?uploads"), "none");
  EXPECT_EQ(route("GET", "/b?acl&versions"), "none");
  EXPECT_EQ(route("HEAD", "/b?acl"), "none");
}

TEST(RestRouter, WhatSelectsNothingIsPassedOver) {
  EXPECT_EQ(route("GET", "/b/k?partNumber=1&versionId=null"), "GetObject");
  EXPECT_EQ(route("HEAD", "/b/k?partNumber=1"), "HeadObject");
  EXPECT_EQ(route("GET", "/b/k?response-content-type=text/csv&x-mine=1"), "GetObject");
  EXPECT_EQ(route("PUT", "/b/k?id=7&x-id=PutObject"), "PutObject");
  EXPECT_EQ(route("GET", "/b?list-type=2&prefix=uploads"), "ListObjectsV2");
  EXPECT_EQ(route("DELETE", "/b?tagging"), "DeleteBucketTagging");
  EXPECT_EQ(route("PUT", "/b/k?acl"), "PutObjectAcl");
}

TEST(RestRouter, EveryImplementedOperationCanBeReached) {
  for (const KnownOperation& operation : api::s3::service().known_operations) {
    if (operation.descriptor == nullptr) continue;
    std::string uri;
    for (std::size_t i = 0; i < operation.uri.size(); ++i) {
      if (operation.uri[i] == '{') {
        uri += "x";
        i = operation.uri.find('}', i);
      } else {
        uri += operation.uri[i];
      }
    }
    std::vector<std::pair<std::string, std::string>> headers;
    std::string_view need = operation.required;
    while (!need.empty()) {
      const auto space = need.find(' ');
      const std::string_view word = need.substr(0, space);
      need = space == std::string_view::npos ? std::string_view() : need.substr(space + 1);
      if (word.starts_with('?')) {
        uri.append(uri.find('?') == std::string::npos ? "?" : "&")
            .append(word.substr(1))
            .append("=1");
      } else {
        headers.emplace_back(word, "x");
      }
    }
    EXPECT_EQ(route(operation.http_method, uri, headers), operation.name) << uri;
  }
}

TEST(ParseQuery, DecodesNamesAndValues) {
  EXPECT_EQ(
      parse_query("a=1&b&c%3D=%20+&&=x&d=e=f&g=%zz"),
      (Parameters{{"a", "1"}, {"b", ""}, {"c=", "  "}, {"", "x"}, {"d", "e=f"}, {"g", "%zz"}}));
}

}  // namespace
}  // namespace tunesmith::aws
