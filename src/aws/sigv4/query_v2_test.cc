// SPDX-License-Identifier: Apache-2.0
#include "aws/sigv4/query_v2.h"

#include "aws/sigv4/sigv4_fixture.h"
#include "base/digest.h"
#include "base/strings.h"

#include <gtest/gtest.h>

namespace tunesmith::aws::sigv4 {
namespace {

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

// What is added to a URL after it was signed, in whatever spelling, must not be acted on.
TEST(SigV2, WhatIsAddedToASignedUrlBreaksItsSignature) {
  const std::string text = "PUT\n\n\n1767225600\n/b/k";
  for (const std::string added : {"&x-amz-copy-source=/b/secret", "&X-Amz-Copy-Source=/b/secret",
                                  "&%78-amz-copy-source=/b/secret", "&x%2Damz-meta-a=b", "&tagging",
                                  "&%74agging", "&response-content%2Dtype=text/html"}) {
    Arriving made("PUT",
                  "/b/k?AWSAccessKeyId=" + std::string(kS3Key) + "&Expires=1767225600&Signature=" +
                      uri_encode(to_base64(hmac_sha1(kS3Secret, text))) + added,
                  "20260101T000000Z");
    made.header("host", "127.0.0.1:1");
    EXPECT_EQ(made.code(), "SignatureDoesNotMatch") << added;
  }
}

}  // namespace
}  // namespace tunesmith::aws::sigv4
