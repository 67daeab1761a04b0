// SPDX-License-Identifier: Apache-2.0
#include "objects/s3_uri.h"

#include <gtest/gtest.h>

namespace tunesmith::objects {
namespace {

TEST(S3Uri, HasABucketAndMaybeAKey) {
  for (const char* uri :
       {"s3://data/a/b.csv", "https://s3.amazonaws.com/data/a/b.csv",
        "https://s3-us-west-2.amazonaws.com/data/a/b.csv",
        "https://s3.us-west-2.amazonaws.com/data/a/b.csv", "https://data.s3.amazonaws.com/a/b.csv",
        "https://data.s3.us-west-2.amazonaws.com/a/b.csv"}) {
    const auto parsed = parse_s3_uri(uri);
    ASSERT_TRUE(parsed) << uri;
    EXPECT_EQ(parsed->bucket, "data") << uri;
    EXPECT_EQ(parsed->key, "a/b.csv") << uri;
  }
  for (const char* uri : {"s3://data", "s3://data/", "https://s3-us-west-2.amazonaws.com/data",
                          "https://data.s3.amazonaws.com"}) {
    const auto parsed = parse_s3_uri(uri);
    ASSERT_TRUE(parsed) << uri;
    EXPECT_EQ(parsed->bucket, "data") << uri;
    EXPECT_EQ(parsed->key, "") << uri;
  }
}

TEST(S3Uri, RefusesOtherAddresses) {
  for (const char* uri :
       {"", "data/a", "s3://", "s3:///a", "s3:/data", "http://s3.amazonaws.com/data",
        "https://s3.amazonaws.com/", "https://example.com/data/a", "https://", "file:///data"}) {
    EXPECT_EQ(parse_s3_uri(uri).error().kind, ErrorKind::kInvalid) << uri;
  }
}

}  // namespace
}  // namespace tunesmith::objects
