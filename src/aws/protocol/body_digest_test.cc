// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/body_digest.h"

#include "base/strings.h"

#include <gtest/gtest.h>

namespace tunesmith::aws {
namespace {

// Digests of "123456789", as their standards give them, in base64.
constexpr std::string_view kText = "123456789";

std::string outcome(std::string_view header, std::string_view value,
                    std::string_view text = kText) {
  http::Headers headers;
  headers.add(std::string(header), std::string(value));
  const auto checked = check_body_digests(headers, text);
  return checked ? "right" : checked.error().code;
}

TEST(BodyDigest, TheDigestsOfTheDocumentAreRight) {
  EXPECT_EQ(outcome("Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="), "right");
  EXPECT_EQ(outcome("x-amz-checksum-crc32", "y/Q5Jg=="), "right");
  EXPECT_EQ(outcome("x-amz-checksum-crc32c", "4waSgw=="), "right");
  EXPECT_EQ(outcome("x-amz-checksum-crc64nvme", "rosUhgp5mIg="), "right");
  EXPECT_EQ(outcome("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="), "right");
}

TEST(BodyDigest, ADigestOfAnotherDocumentIsBad) {
  for (const auto& [header, value] : {std::pair{"Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="},
                                      {"x-amz-checksum-crc32", "y/Q5Jg=="}}) {
    EXPECT_EQ(outcome(header, value, "12345678"), "BadDigest") << header;
  }
}

TEST(BodyDigest, WhatIsNoDigestIsSaidToBeNone) {
  EXPECT_EQ(outcome("Content-MD5", "short"), "InvalidDigest");
  EXPECT_EQ(outcome("x-amz-checksum-sha256", "AAAA"), "InvalidRequest");
  EXPECT_TRUE(check_body_digests({}, kText));
}

}  // namespace
}  // namespace tunesmith::aws
