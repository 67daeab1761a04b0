// SPDX-License-Identifier: Apache-2.0
#include "services/s3/conditions.h"

#include <gtest/gtest.h>

namespace tunesmith::services::s3 {
namespace {

std::string range_text(const std::string& header, std::uint64_t size) {
  const auto range = parse_range(header, size);
  if (!range) return range.error().code + " " + std::to_string(range.error().status);
  return *range ? (*range)->content_range(size) : "whole";
}

TEST(Range, SelectsWhatRfc9110Says) {
  EXPECT_EQ(range_text("bytes=0-0", 10), "bytes 0-0/10");
  EXPECT_EQ(range_text("bytes=2-5", 10), "bytes 2-5/10");
  EXPECT_EQ(range_text("bytes=2-", 10), "bytes 2-9/10");
  EXPECT_EQ(range_text("bytes=2-99", 10), "bytes 2-9/10");
  EXPECT_EQ(range_text("bytes=-3", 10), "bytes 7-9/10");
  EXPECT_EQ(range_text("bytes=-99", 10), "bytes 0-9/10");
  EXPECT_EQ(range_text("bytes=0-99999999999999999999999", 10), "bytes 0-9/10");
}

TEST(Range, ThatHoldsNoByteIsRefused) {
  for (const char* header :
       {"bytes=10-", "bytes=10-11", "bytes=-0", "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(range_text(header, 10), "InvalidRange 416") << header;
  }
  EXPECT_EQ(range_text("bytes=0-", 0), "InvalidRange 416");
}

TEST(Range, ThatIsBrokenOrOfSeveralPartsIsIgnored) {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5", "items=0-1",
        "bytes=+1-2", "bytes=1--2", "bytes=0x1-2"}) {
    EXPECT_EQ(range_text(header, 10), "whole") << header;
  }
}

class Conditions : public testing::Test {
 protected:
  objects::ObjectInfo object;
  Conditions() {
    object.etag = "abc";
    object.modified = from_millis(1'000'500);
  }
  int status(const ReadConditions& conditions) const {
    const auto result = check_read(conditions, object);
    return result ? 200 : result.error().status;
  }
};

TEST_F(Conditions, ARangeCountsOnlyForTheObjectThatIfRangeNames) {
  EXPECT_TRUE(range_counts(std::nullopt, object));
  EXPECT_TRUE(range_counts("\"abc\"", object));
  EXPECT_TRUE(range_counts("Thu, 01 Jan 1970 00:16:40 GMT", object));
  for (const char* other : {"\"other\"", "W/\"abc\"", "*", "", "\"x\", \"abc\"",
                            "Thu, 01 Jan 1970 00:16:41 GMT", "Thu, 01 Jan 1970 00:16:39 GMT"}) {
    EXPECT_FALSE(range_counts(other, object)) << other;
  }
}

TEST_F(Conditions, AnEtagMatchesWithQuotesInAListOrByAsterisk) {
  for (const char* header : {"abc", "\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"}) {
    EXPECT_EQ(status({.if_match = header}), 200) << header;
    EXPECT_EQ(status({.if_none_match = header}), 304) << header;
  }
  EXPECT_EQ(status({.if_match = "\"x\""}), 412);
  EXPECT_EQ(status({.if_none_match = "\"x\""}), 200);
}

TEST_F(Conditions, DatesCompareInWholeSeconds) {
  EXPECT_EQ(status({.if_modified_since = from_millis(1'000'000)}), 304);
  EXPECT_EQ(status({.if_modified_since = from_millis(999'000)}), 200);
  EXPECT_EQ(status({.if_unmodified_since = from_millis(1'000'000)}), 200);
  EXPECT_EQ(status({.if_unmodified_since = from_millis(999'000)}), 412);
}

TEST_F(Conditions, AnEtagOutweighsTheDateBesideIt) {
  EXPECT_EQ(status({.if_match = "abc", .if_unmodified_since = from_millis(0)}), 200);
  EXPECT_EQ(status({.if_none_match = "x", .if_modified_since = from_millis(2'000'000)}), 200);
  EXPECT_EQ(status({.if_none_match = "abc", .if_modified_since = from_millis(0)}), 304);
}

TEST_F(Conditions, OfACopysSourceFailWith412) {
  EXPECT_EQ(check_copy_source({.if_none_match = "abc"}, object).error().status, 412);
  EXPECT_EQ(check_copy_source({.if_modified_since = from_millis(2'000'000)}, object).error().status,
            412);
  EXPECT_TRUE(check_copy_source({.if_match = "abc"}, object));
}

TEST(PutCondition, KnowsOnlyTheAsteriskForAbsence) {
  EXPECT_TRUE(put_condition({}, "*")->must_be_absent);
  EXPECT_EQ(put_condition({}, "\"abc\"").error().code, "NotImplemented");
  EXPECT_EQ(put_condition("\"abc\"", {})->must_have, "abc");
}

}  // namespace
}  // namespace tunesmith::services::s3
