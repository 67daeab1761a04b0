// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

namespace tunesmith {
namespace {

namespace json = boost::json;

TEST(JsonText, DoublesAreTheirShortestDecimals) {
  EXPECT_EQ(json_text(0.98), "0.98");
  EXPECT_EQ(json_text(1e-05), "1e-05");
  EXPECT_EQ(json_text(-0.1), "-0.1");
  EXPECT_EQ(json_text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(json_text(1e300), "1e+300");
  EXPECT_EQ(json_text(5e-324), "5e-324");
}

TEST(JsonText, DoublesThatAreWholeStayDoubles) {
  EXPECT_EQ(json_text(3.0), "3.0");
  EXPECT_EQ(json_text(-0.0), "-0.0");
  EXPECT_EQ(json_text(1e15), "1e+15");
  EXPECT_TRUE(json::parse(json_text(3.0)).is_double());
  EXPECT_EQ(json_text(3), "3");
  EXPECT_EQ(json_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(json_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(JsonText, EveryDoubleIsReadBackAsItWas) {
  std::mt19937_64 bits(7);  // every pattern of bits, so every size of number
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t pattern = bits();
    double value = 0;
    std::memcpy(&value, &pattern, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = json_text(value);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    const auto read = parse_json(text);
    ASSERT_TRUE(read && read->is_double()) << text;
    ASSERT_EQ(read->get_double(), value) << text;
  }
}

TEST(JsonText, WhatJsonHasNoNumberForIsNull) {
  EXPECT_EQ(json_text(std::nan("")), "null");
  EXPECT_EQ(json_text(-std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonText, TheRestIsAsTheLibraryWritesIt) {
  const json::value value = {
      {"a \"b\"\n", {1, "c\\\t\x01/\xc3\xa4", nullptr, true, json::array(), json::object()}},
      {"", {{"x", json::array{json::array{-2}, false}}}}};
  EXPECT_EQ(json_text(value), json::serialize(value));
  EXPECT_EQ(json_text(json::object{{"a", json::array{0.5, json::object{{"b", 1e-7}}}}, {"c", 2.0}}),
            R"({"a":[0.5,{"b":1e-07}],"c":2.0})");
}

TEST(ParseJson, IsWhatTheLibraryReads) {
  for (const char* text :
       {"null", " [1, -2,\t18446744073709551615, 0.5, 1e400, 1e-400, -0.0] ", "true",
        "\"\\u00e4\\n\"", "{}", "[]", R"({"a":{"a":[{},[]],"b":"x"},"a":2,"":[[""]]})", "3",
        "12345678901234567890123"}) {
    const auto read = parse_json(text);
    ASSERT_TRUE(read) << text << ": " << read.error().message;
    EXPECT_EQ(*read, json::parse(text)) << text;
  }
  EXPECT_EQ(parse_json("0.9824023684587937")->get_double(), 0.9824023684587937);
  const std::string large =
      "{\"" + std::string(100000, 'k') + "\":\"" + std::string(100000, 'v') + "\"}";
  EXPECT_EQ(*parse_json(large), json::parse(large));
}

TEST(ParseJson, RefusesWhatTheLibraryRefuses) {
  for (const std::string text :
       {"", " ", "{", "[1,]", "1 2", "{} x", "01", "nul", "\"\xff\"", "{'a':1}", "NaN", "[1"}) {
    json::error_code ec;
    json::parse(text, ec);
    EXPECT_TRUE(ec) << text;
    EXPECT_EQ(parse_json(text).error().kind, ErrorKind::kInvalid) << text;
  }
  EXPECT_FALSE(parse_json(std::string(100000, '[')));
}

}  // namespace
}  // namespace tunesmith
