// SPDX-License-Identifier: Apache-2.0
#include "training/manifest_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tunesmith::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string value(const std::string& json) {
  const auto values = attribute_values("{\"a\": " + json + "}", {"a"});
  EXPECT_TRUE(values) << values.error().message;
  return values ? values->front() : "";
}

std::string fault(const std::string& line, const std::vector<std::string>& names = {"a"}) {
  const auto values = attribute_values(line, names);
  EXPECT_FALSE(values) << line;
  return values ? "" : values.error().message;
}

TEST(ManifestLine, GivesTheNamedAttributesInTheOrderOfTheNames) {
  const std::string line =
      R"({"author":"H. M.","line":"Call me Ishmael","book":"Moby Dick","n":{"line":1}})";
  EXPECT_THAT(*attribute_values(line, {"book", "line"}),
              ElementsAre("Moby Dick", "Call me Ishmael"));
  EXPECT_THAT(*attribute_values(line, {"line", "line"}),
              ElementsAre("Call me Ishmael", "Call me Ishmael"));
}

TEST(ManifestLine, ATextIsItsCharacters) {
  EXPECT_EQ(value(R"("1,\"x\"\n\u00e4")"), "1,\"x\"\n\xc3\xa4");
  EXPECT_EQ(value(R"("")"), "");
}

TEST(ManifestLine, NumbersStayAsTheyWereWritten) {
  for (const char* number : {"1", "0", "-7", "0.10", "1e-05", "12345678901234567890123", "9.8E-1",
                             "9007199254740993", "18446744073709551615", "3.0"}) {
    EXPECT_EQ(value(number), number);
  }
}

TEST(ManifestLine, OtherValuesAreTheirJsonText) {
  EXPECT_EQ(value("true"), "true");
  EXPECT_EQ(value(" null "), "null");
  EXPECT_EQ(value(R"([ 1 , [] , {"b\n" : "c\"" , "d":[0.50,{}]} , "," , false ])"),
            R"([1,[],{"b\n":"c\"","d":[0.50,{}]},",",false])");
}

TEST(ManifestLine, OfEqualNamesTheLastOneCounts) {
  EXPECT_THAT(*attribute_values(R"({"a":1,"a":{"a":2},"b":3})", {"a"}), ElementsAre(R"({"a":2})"));
}

TEST(ManifestLine, WhiteSpaceAroundItDoesNotMatter) {
  EXPECT_THAT(*attribute_values(" {\"a\":1}\t\r", {"a"}), ElementsAre("1"));
}

TEST(ManifestLine, WhatIsNoObjectIsRefused) {
  for (const char* line : {"", "1", "\"a\"", "[{\"a\":1}]", "{\"a\":1", "{\"a\":1} {}", "{'a':1}",
                           "{\"a\":01}", "{\"a\":\"\xff\"}", "null"}) {
    EXPECT_EQ(fault(line), "is no JSON object") << line;
  }
  EXPECT_EQ(fault("{\"a\":" + std::string(100000, '[')), "is no JSON object");
}

TEST(ManifestLine, WhatIsMissingIsNamed) {
  EXPECT_EQ(fault(R"({"b":1})"), "has no attribute 'a'");
  EXPECT_EQ(fault(R"({"b":{"a":1}})"), "has no attribute 'a'");
  EXPECT_EQ(fault(R"({"a-ref":1})", {"a-ref"}), "attribute 'a-ref' is no text");
}

}  // namespace
}  // namespace tunesmith::training
