// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "base/s3_host.h"
#include "base/strings.h"
#include "base/time_format.h"
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tunesmith {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error(ErrorKind::kInvalid, "odd: " + std::to_string(n));
  return n / 2;
}
Result<int> quarter(int n) {
  TUNESMITH_TRY(const int h, half(n));
  return half(h);
}

TEST(S3Host, NamesABucketOrLeavesItToThePath) {
  EXPECT_EQ(bucket_of_s3_host("b.c.s3.amazonaws.com"), "b.c");
  EXPECT_EQ(bucket_of_s3_host("b.s3.eu-west-1.amazonaws.com:443"), "b");
  EXPECT_EQ(bucket_of_s3_host("b.s3-eu-west-1.amazonaws.com"), "b");
  EXPECT_EQ(bucket_of_s3_host("b.s3.dualstack.eu-west-1.amazonaws.com"), "b");
  EXPECT_EQ(bucket_of_s3_host("my.s3.data.S3.us-east-1.AmazonAWS.com"), "my.s3.data");
  EXPECT_EQ(bucket_of_s3_host("s3-logs.s3.us-east-1.amazonaws.com"), "s3-logs");
  for (const char* path_style :
       {"s3.amazonaws.com", "s3-us-west-2.amazonaws.com", "s3.us-west-2.amazonaws.com",
        "s3.dualstack.us-west-2.amazonaws.com"}) {
    EXPECT_EQ(bucket_of_s3_host(path_style), "") << path_style;
  }
  for (const char* other :
       {"127.0.0.1:9000", "amazonaws.com", ".amazonaws.com", "s3.example.com",
        "sagemaker.us-west-2.amazonaws.com", "s3x.amazonaws.com", "a.b.c.d.amazonaws.com", ""}) {
    EXPECT_EQ(bucket_of_s3_host(other), std::nullopt) << other;
  }
}

TEST(Result, TryPassesTheErrorOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error(), Error(ErrorKind::kInvalid, "odd: 3"));
}

TEST(Strings, Base64RoundTripsAndRefusesTheUncanonical) {
  EXPECT_EQ(to_base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_EQ(from_base64("YW55IGNhcm5hbCBwbGVhcw=="), "any carnal pleas");
  EXPECT_EQ(from_base64("YW55IGNhcm5hbCBwbGVhcx=="), std::nullopt);
  EXPECT_EQ(from_base64("abc"), std::nullopt);
}

TEST(Strings, UriEncodingIsSigV4s) {
  EXPECT_EQ(uri_encode("a b+c/\xC3\xBC~", true), "a%20b%2Bc/%C3%BC~");
  EXPECT_EQ(uri_decode("a%20b%2Bc/%C3%BC"), "a b+c/\xC3\xBC");
  EXPECT_EQ(uri_decode("%4"), std::nullopt);
}

TEST(Strings, DoublesPrintShortestAndReadBack) {
  EXPECT_EQ(format_double(0.1), "0.1");
  EXPECT_EQ(format_double(3), "3.0");
  EXPECT_EQ(parse_double(format_double(0.011391935592233605)), 0.011391935592233605);
  EXPECT_EQ(parse_double("1x"), std::nullopt);
}

TEST(Strings, Utf8ValidityRefusesSurrogatesAndOverlongForms) {
  EXPECT_TRUE(is_valid_utf8("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_valid_utf8("\xE2\x82"));
}

TEST(TimeFormat, FormsRoundTrip) {
  const Timestamp t = from_millis(1795557246123);
  EXPECT_EQ(format_iso8601(t), "2026-11-24T21:54:06.123Z");
  EXPECT_EQ(format_http_date(t), "Tue, 24 Nov 2026 21:54:06 GMT");
  EXPECT_EQ(parse_iso8601("2026-11-24T21:54:06.123Z"), t);
  EXPECT_EQ(parse_iso8601("20261124T215406Z"), from_millis(1795557246000));
  EXPECT_EQ(parse_iso8601("2026-11-24T22:54:06+01:00"), from_millis(1795557246000));
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 21:54:06 GMT"), from_millis(1795557246000));
  EXPECT_EQ(parse_iso8601("2026-13-24T21:54:06Z"), std::nullopt);
}

TEST(Digest, KnownValues) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(digest(DigestAlgorithm::kMd5, "")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  // RFC 4231, test case 6: a key that is longer than a block.
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Rng, SameSeedSameNumbersAndStreamsDiffer) {
  Rng a(7), b(7), c(7, 1);
  EXPECT_EQ(a(), b());
  EXPECT_NE(a(), c());
  for (int i = 0; i < 1000; ++i) {
    const double u = a.uniform();
    EXPECT_TRUE(u >= 0 && u < 1);
    EXPECT_LT(a.below(3), 3U);
  }
}

TEST(Files, DurableWriteReplacesAndLeavesNoTemporary) {
  const auto folder = std::filesystem::temp_directory_path() / ("tunesmith-" + random_hex(6));
  std::filesystem::create_directory(folder);
  ASSERT_TRUE(write_file_durably(folder / "a", "one"));
  ASSERT_TRUE(write_file_durably(folder / "a", "two"));
  EXPECT_EQ(*read_file(folder / "a"), "two");
  EXPECT_EQ(read_file(folder / "b").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(read_file(folder / "a", 2).error().kind, ErrorKind::kLimitExceeded);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(Utf8, OnlyWhatIsBrokenIsReplaced) {
  EXPECT_EQ(to_valid_utf8("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(to_valid_utf8("a\xFFz\xC3"), "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}

}  // namespace
}  // namespace tunesmith
