// SPDX-License-Identifier: Apache-2.0
#include "objects/names.h"

#include "objects/reasons.h"

#include <gtest/gtest.h>

#include <string>

namespace tunesmith::objects {
namespace {

TEST(BucketName, AllowsWhatTheUserGuideAllows) {
  for (const char* name : {"abc", "a-b", "my.bucket", "0a0", "sagemaker-us-east-1-123456789012",
                           "192.168.5.x", "xn-a", "a.b.c.d"}) {
    EXPECT_TRUE(check_bucket_name(name)) << name;
  }
  EXPECT_TRUE(check_bucket_name(std::string(63, 'a')));
}

TEST(BucketName, RefusesEverythingElse) {
  for (const char* name : {"",
                           "ab",
                           "Abc",
                           "_console",
                           "a_b",
                           "-ab",
                           "ab-",
                           ".ab",
                           "ab.",
                           "a..b",
                           "192.168.5.4",
                           "xn--a",
                           "sthree-a",
                           "amzn-s3-demo-a",
                           "a-s3alias",
                           "a--ol-s3",
                           "a.mrap",
                           "a--x-s3",
                           "a--table-s3",
                           "a b",
                           "\xc3\xbc\xc3\xbc\xc3\xbc"}) {
    const auto result = check_bucket_name(name);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, reason::kInvalidBucketName);
  }
  EXPECT_FALSE(check_bucket_name(std::string(64, 'a')));
}

TEST(Key, HasOneTo1024BytesOfUtf8) {
  EXPECT_TRUE(check_key(std::string(1024, 'k')));
  EXPECT_EQ(check_key(std::string(1025, 'k')).error().reason, reason::kKeyTooLong);
  EXPECT_EQ(check_key("").error().reason, reason::kInvalidKey);
  EXPECT_EQ(check_key("a\xff").error().reason, reason::kInvalidKey);
  EXPECT_TRUE(check_key(std::string("a\0b", 3)));
  EXPECT_TRUE(check_key("../../\xc3\xbc//."));
}

}  // namespace
}  // namespace tunesmith::objects
