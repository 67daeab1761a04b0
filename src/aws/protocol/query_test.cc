// SPDX-License-Identifier: Apache-2.0
//
// The query protocol, by the golden model "forms".
#include "aws/protocol/query.h"

#include "aws/protocol/json.h"
#include "aws/protocol/rest_router.h"
#include "aws/protocol/xml.h"

#include "tunesmith/api/forms/shapes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tunesmith::aws {
namespace {

namespace forms = api::forms;

/// The input of Submit as JSON, or what is wrong with the form.
std::string read(std::string_view form) {
  forms::SubmitInput input;
  Validator validator;
  const auto decoded =
      decode_form(parse_query(form), shape_of<forms::SubmitInput>(), &input, validator);
  if (!decoded) return decoded.error().code + ": " + decoded.error().message;
  return validator.ok() ? to_json(input) : validator.message();
}

TEST(Query, ReadsListsOfEveryKind) {
  EXPECT_EQ(read("Names.member.1=a&Names.member.2=b&Flat.1=c&item.1=d&item.2=e"),
            R"({"Names":["a","b"],"Flat":["c"],"item":["d","e"]})");
}

TEST(Query, ReadsListsInOrderWhateverTheOrderOfTheForm) {
  std::string form = "Names.member.11=k";
  for (char c = 'j'; c >= 'a'; --c) {
    form += "&Names.member." + std::to_string(c - 'a' + 1) + "=" + c;
  }
  EXPECT_EQ(read(form), R"({"Names":["a","b","c","d","e","f","g","h","i","j","k"]})");
}

TEST(Query, ReadsPastAGapInAList) {
  EXPECT_EQ(read("Names.member.7=c&Names.member.1=a&Names.member.x=d&Names.member.0=e"),
            R"({"Names":["a","c"]})");
}

TEST(Query, ReadsMapsAndStructures) {
  EXPECT_EQ(
      read("Names=&Settings.entry.1.k=x&Settings.entry.1.v.Names.member.1=n&nest.Again.Again.Names."
           "member.1=z"),
      R"({"Names":[],"Settings":{"x":{"Names":["n"]}},"nest":{"Again":{"Again":{"Names":["z"]}}}})");
}

TEST(Query, ReadsTimesAndNumbers) {
  EXPECT_EQ(read("Names=&When=2025-11-24T21%3A54%3A06Z&Ratio=1e-3"),
            R"({"Names":[],"When":1764021246,"Ratio":0.001})");
  EXPECT_EQ(read("Names=&When=soon"), "MalformedInput: The value of parameter When is malformed");
  EXPECT_EQ(read("Names=&Ratio=much"), "MalformedInput: The value of parameter Ratio is malformed");
}

TEST(Query, ValidatesWhatItReads) {
  EXPECT_EQ(read(""),
            "1 validation error detected: Value null at 'names' failed to satisfy constraint: "
            "Member must "
            "not be null");
  EXPECT_EQ(read("Names.member.1="),
            "1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: "
            "Member must "
            "satisfy constraint: [Member must have length greater than or equal to 1]");
}

TEST(Query, RefusesBottomlessNesting) {
  std::string form = "Names=&nest";
  for (int i = 0; i < 50'000; ++i) form += ".Again";
  EXPECT_EQ(read(form + ".Names=").substr(0, 15), "MalformedInput:");
}

TEST(Query, WritesListsAndMaps) {
  forms::DescribeOutput output;
  output.names = {"a", "b"};
  output.flat = {"c"};
  output.settings.emplace()["k1"].names = {"n"};
  output.empty.emplace();
  std::string text;
  encode_xml_members(shape_of<forms::DescribeOutput>(), &output, text);
  EXPECT_EQ(
      text,
      "<Names><member>a</member><member>b</member></Names><Flat>c</Flat><Settings><entry><k>k1</k>"
      "<v><Names><member>n</member></Names></v></entry></Settings><Empty></Empty>");
}

TEST(Query, NeverCrashesOnMutatedForms) {
  const std::string seed =
      "Names.member.1=a&Flat.1=c&item.1=d&Settings.entry.1.k=x&Settings.entry.1.v.Names.member.1=n&"
      "nest.Again.Names.member.1=z&When=2025-11-24T21%3A54%3A06Z&Ratio=1e-3";
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same mutations every time
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = seed;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      text[random() % text.size()] = "&=.%+1aN\0\xFF"[random() % 10];
    }
    accepted += read(text).starts_with('{') ? 1 : 0;
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace tunesmith::aws
