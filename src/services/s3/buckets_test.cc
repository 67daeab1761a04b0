// SPDX-License-Identifier: Apache-2.0
#include "services/s3/s3_fixture.h"

namespace tunesmith::services::s3 {
namespace {

class Buckets : public S3Fixture {
 protected:
  std::string create(const std::string& name, const std::optional<std::string>& constraint = {}) {
    api::CreateBucketRequest input;
    input.bucket = name;
    if (constraint) input.create_bucket_configuration.emplace().location_constraint = *constraint;
    return code(s3::create_bucket(call(), input));
  }
  std::string head(const std::string& name, const std::optional<std::string>& owner = {}) {
    api::HeadBucketRequest input;
    input.bucket = name;
    input.expected_bucket_owner = owner;
    return code(head_bucket(call(), input));
  }
};

TEST_F(Buckets, CreatingOnesOwnAgainSucceedsInTheFirstRegionOnly) {
  EXPECT_EQ(create("data"), "ok");
  EXPECT_EQ(create("frankfurt", "eu-central-1"), "ok");
  EXPECT_EQ(create("frankfurt", "eu-central-1"), "BucketAlreadyOwnedByYou");
  context.region = "eu-central-1";
  EXPECT_EQ(create("frankfurt", "eu-central-1"), "BucketAlreadyOwnedByYou");
}

TEST_F(Buckets, TheConstraintMustFitTheRegionOfTheRequest) {
  EXPECT_EQ(create("new", "us-east-1"), "InvalidLocationConstraint");
  EXPECT_EQ(create("new", "mars"), "InvalidLocationConstraint");
  context.region = "eu-west-1";
  EXPECT_EQ(create("new"), "IllegalLocationConstraintException");
  EXPECT_EQ(create("new", "eu-west-2"), "IllegalLocationConstraintException");
  EXPECT_EQ(create("new", "us-east-1"), "IllegalLocationConstraintException");
  EXPECT_EQ(create("new", "EU"), "ok");
  api::GetBucketLocationRequest where;
  where.bucket = "new";
  EXPECT_EQ(get_bucket_location(call(), where)->location_constraint, "eu-west-1");
  where.bucket = "data";
  EXPECT_FALSE(get_bucket_location(call(), where)->location_constraint);
}

TEST_F(Buckets, BadNamesAreRefusedAndTheConsoleIsNone) {
  EXPECT_EQ(create("_console"), "InvalidBucketName");
  EXPECT_EQ(create("Data"), "InvalidBucketName");
}

TEST_F(Buckets, AMissingOneIs404AndAForeignOwner403) {
  api::HeadBucketRequest input;
  input.bucket = "nope";
  EXPECT_EQ(head_bucket(call(), input).error().status, 404);
  input.expected_bucket_owner = "999999999999";
  EXPECT_EQ(head_bucket(call(), input).error().status, 404);
  input.bucket = "data";
  EXPECT_EQ(head_bucket(call(), input).error().status, 403);
  EXPECT_EQ(head("data", "123456789012"), "ok");
}

TEST_F(Buckets, AreDeletedWhenEmpty) {
  put("k", "x");
  api::DeleteBucketRequest input;
  input.bucket = "data";
  const auto refused = delete_bucket(call(), input);
  EXPECT_EQ(refused.error().code, "BucketNotEmpty");
  EXPECT_EQ(refused.error().status, 409);
  EXPECT_EQ(refused.error().details.at(0).second, "data");
  api::DeleteObjectRequest object;
  object.bucket = "data";
  object.key = "k";
  ASSERT_TRUE(delete_object(call(), object));
  EXPECT_EQ(code(delete_bucket(call(), input)), "ok");
  EXPECT_EQ(head("data"), "NoSuchBucket");
}

TEST_F(Buckets, AreListedByPageAndRegion) {
  create("b-1", "eu-west-1");
  create_bucket("b-2");
  create_bucket("c-1");
  api::ListBucketsRequest input;
  input.max_buckets = 2;
  auto page = list_buckets(call(), input).value();
  ASSERT_EQ(page.buckets->size(), 2U);
  EXPECT_EQ(page.buckets->at(0).name, "b-1");
  input.continuation_token = page.continuation_token;
  page = list_buckets(call(), input).value();
  ASSERT_EQ(page.buckets->size(), 2U);
  EXPECT_EQ(page.buckets->at(1).name, "data");
  EXPECT_FALSE(page.continuation_token);
  api::ListBucketsRequest filtered;
  filtered.bucket_region = "us-east-1";
  filtered.prefix = "b-";
  page = list_buckets(call(), filtered).value();
  ASSERT_EQ(page.buckets->size(), 1U);
  EXPECT_EQ(page.buckets->at(0).name, "b-2");
}

}  // namespace
}  // namespace tunesmith::services::s3
