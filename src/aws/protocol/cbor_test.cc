// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol/cbor.h"

#include "base/random.h"
#include "base/strings.h"

#include "tunesmith/api/cloudwatch/shapes.h"

#include <gtest/gtest.h>

namespace tunesmith::aws {
namespace {

namespace cw = api::cloudwatch;

std::string json_of(std::string_view hex) {
  const auto text = cbor_to_json(from_hex(hex).value());
  return text ? *text : "error";
}

// The examples of RFC 8949, appendix A.
TEST(Cbor, TheExamplesOfTheStandardAreRead) {
  EXPECT_EQ(json_of("00"), "0");
  EXPECT_EQ(json_of("1903e8"), "1000");
  EXPECT_EQ(json_of("1b000000e8d4a51000"), "1000000000000");
  EXPECT_EQ(json_of("20"), "-1");
  EXPECT_EQ(json_of("3903e7"), "-1000");
  EXPECT_EQ(json_of("f93e00"), "1.5");
  EXPECT_EQ(json_of("fa47c35000"), "1e+05");
  EXPECT_EQ(json_of("fb3ff199999999999a"), "1.1");
  EXPECT_EQ(json_of("f97e00"), "\"NaN\"");
  EXPECT_EQ(json_of("f4"), "false");
  EXPECT_EQ(json_of("f6"), "null");
  EXPECT_EQ(json_of("c11a514b67b0"), "1363896240");
  EXPECT_EQ(json_of("4401020304"), "\"AQIDBA==\"");
  EXPECT_EQ(json_of("6449455446"), "\"IETF\"");
  EXPECT_EQ(json_of("83010203"), "[1,2,3]");
  EXPECT_EQ(json_of("a26161016162820203"), R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(json_of("9f018202039f0405ffff"), "[1,[2,3],[4,5]]");
  EXPECT_EQ(json_of("7f657374726561646d696e67ff"), "\"streaming\"");
  EXPECT_EQ(json_of("bf61610161629f0203ffff"), R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(json_of(""), "{}");
}

TEST(Cbor, WhatIsNoDocumentIsRefused) {
  for (const auto* hex : {"18", "62", "83 01", "a10102", "ff", "0000", "5f6161ff", "1f"})
    EXPECT_EQ(cbor_to_json(from_hex(hex).value_or("\x18")).has_value(), false) << hex;
  EXPECT_FALSE(cbor_to_json(std::string(100'000, '\x81')));
  Rng rng(3);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(rng.below(40), '\0');
    for (char& c : bytes) c = static_cast<char>(rng.below(256));
    (void)cbor_to_json(bytes);
  }
}

TEST(Cbor, AStructureIsWrittenWithTaggedTimes) {
  cw::Datapoint point;
  point.timestamp = from_millis(1'500);
  point.average = 0.5;
  point.unit = "Percent";
  std::string bytes;
  encode_cbor(shape_of<cw::Datapoint>(), &point, bytes);
  EXPECT_EQ(to_hex(bytes),
            "a36954696d657374616d70c1fb3ff80000000000006741766572616765fb3fe000000000000064556e6974"
            "6750657263656e74");
  EXPECT_EQ(cbor_to_json(bytes).value(), R"({"Timestamp":1.5,"Average":0.5,"Unit":"Percent"})");
}

}  // namespace
}  // namespace tunesmith::aws
