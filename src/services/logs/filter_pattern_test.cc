// SPDX-License-Identifier: Apache-2.0
#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tunesmith::services::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  const auto parsed = FilterPattern::parse(pattern);
  if (!parsed) ADD_FAILURE() << pattern << ": " << parsed.error().message;
  return parsed && parsed->matches(message);
}

std::string refusal(std::string_view pattern) {
  const auto parsed = FilterPattern::parse(pattern);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return parsed.error().message;
}

TEST(FilterPattern, AllTermsMustBeInTheMessage) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("ERROR disk", "[ERROR] the disk is full"));
  EXPECT_FALSE(matches("ERROR disk", "[ERROR] the memory is full"));
  EXPECT_FALSE(matches("error", "[ERROR]"));
}

TEST(FilterPattern, QuotesHoldATermTogether) {
  EXPECT_TRUE(matches(R"("disk is full")", "the disk is full"));
  EXPECT_FALSE(matches(R"("is disk")", "the disk is full"));
  EXPECT_TRUE(matches(R"("say \"hi\"")", R"(they say "hi" twice)"));
  EXPECT_TRUE(matches(R"("validation-auc" "[3]")", "[3]#011validation-auc:0.7"));
}

TEST(FilterPattern, AMinusExcludesAndQuestionMarksAreAlternatives) {
  EXPECT_TRUE(matches("ERROR -retry", "ERROR once"));
  EXPECT_FALSE(matches("ERROR -retry", "ERROR, will retry"));
  EXPECT_FALSE(matches(R"("ERROR" - "Exiting")", "Exiting with ERRORCODE: -1"));
  EXPECT_TRUE(matches("?a1 ?b1", "has b1"));
  EXPECT_TRUE(matches(R"(?"disk full" ?b1)", "disk full"));
  EXPECT_FALSE(matches("?a1 ?b1", "has c1"));
  EXPECT_TRUE(matches("has ?a1", "has c1"));
}

TEST(FilterPattern, RegularExpressionsAreFoundAnywhere) {
  EXPECT_TRUE(matches("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST"));
  EXPECT_TRUE(matches(R"(%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%)", "from 10.0.0.1"));
  EXPECT_TRUE(matches("%[Ee]rror|[Ff]ail%", "Failed"));
  EXPECT_FALSE(matches("%^[hc]at%", "that"));
  EXPECT_TRUE(matches("%[hc]at$%", "that"));
  EXPECT_TRUE(matches(R"(%\x28a\x29%)", "f(a)"));
}

TEST(FilterPattern, ARegularExpressionThatBacktracksWithoutEndIsAnsweredAllTheSame) {
  std::string pattern = "%";
  for (int i = 0; i < 40; ++i) pattern += ".*a";
  EXPECT_FALSE(matches(pattern + "b%", std::string(1000, 'a')));
  EXPECT_TRUE(matches(pattern + "%", std::string(1000, 'a')));
}

constexpr std::string_view kUser = R"({
  "user": {"id": 1, "email": "John.Stiles@example.com"},
  "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3}],
  "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6]],
  "flag": true, "off": false, "nothing": null, "cluster.name": "c", "latency": 50.5})";

TEST(JsonPattern, ComparesProperties) {
  EXPECT_TRUE(matches("{ $.user.id = 1 }", kUser));
  EXPECT_TRUE(matches(R"({ $.users[0].email = "John.Doe@example.com" })", kUser));
  EXPECT_TRUE(matches("{$.coordinates[1][2]=6}", kUser));
  EXPECT_TRUE(matches("{ $.latency > +50 }", kUser));
  EXPECT_FALSE(matches("{ $.latency >= 5.1e1 }", kUser));
  EXPECT_TRUE(matches("{ $.user.email = John.S* }", kUser));
  EXPECT_TRUE(matches("{ $.user.email = *.com }", kUser));
  EXPECT_FALSE(matches("{ $.user.email = Jo*com }", kUser));  // inside, an asterisk is itself
  EXPECT_TRUE(matches("{ $.user.email = %Stiles@% }", kUser));
  EXPECT_TRUE(matches("{ $.['cluster.name'] = c }", kUser));
}

TEST(JsonPattern, JoinsConditionsInTheUsualOrder) {
  EXPECT_TRUE(matches(R"({ ($.user.id = 1) && ($.users[0].id = 2) })", kUser));
  EXPECT_FALSE(matches(R"({ ($.user.id = 2 && $.flag IS TRUE) || $.actions[2] = "GET" })", kUser));
  EXPECT_TRUE(matches("{ $.user.id = 1 || $.user.id = 2 && $.actions[2] = no }", kUser));
  EXPECT_FALSE(matches("{ ($.user.id = 1 || $.user.id = 2) && $.actions[2] = no }", kUser));
}

TEST(JsonPattern, AsksForStates) {
  EXPECT_TRUE(matches("{ $.nothing IS NULL }", kUser));
  EXPECT_FALSE(matches("{ $.missing IS NULL }", kUser));
  EXPECT_TRUE(matches("{ $.missing NOT EXISTS && $.off IS FALSE }", kUser));
  EXPECT_FALSE(matches("{ $.nothing NOT EXISTS }", kUser));
}

TEST(JsonPattern, AWildcardStandsForEveryElementOrMember) {
  EXPECT_TRUE(matches("{ $.users[*].id = 3 }", kUser));
  EXPECT_TRUE(matches("{ $.user.* = 1 }", kUser));
  EXPECT_FALSE(matches("{ $.actions[*] = POST }", kUser));
  EXPECT_NE(refusal("{ $.*.* = 1 }"), "accepted");
}

TEST(JsonPattern, NothingIsComparedWithWhatIsNoValueOrIsNotThere) {
  EXPECT_FALSE(matches("{ $.users = 1 }", kUser));
  EXPECT_FALSE(matches("{ $.users != 1 }", kUser));
  EXPECT_FALSE(matches("{ $.missing != 1 }", kUser));
  EXPECT_FALSE(matches("{ $.user.id = 1 }", "no document"));
  EXPECT_FALSE(matches("{ $.user.id NOT EXISTS }", "{broken"));
}

constexpr std::string_view kRequest =
    R"(127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)";

TEST(FieldPattern, NamesEachField) {
  EXPECT_TRUE(matches("[ip, user, username, timestamp, request, status_code, bytes]", kRequest));
  EXPECT_FALSE(matches("[ip, user, username, timestamp, request, status_code]", kRequest));
  EXPECT_TRUE(
      matches("[ip, user, username, timestamp, request, status = 4*, bytes > 1000]", kRequest));
  EXPECT_FALSE(matches("[ip, user, username, timestamp, request, status = 200, bytes]", kRequest));
  EXPECT_TRUE(matches(R"([ip=%127\.0\.0\.[1-9]%, user, username="frank", ...])", kRequest));
}

TEST(FieldPattern, AnEllipsisStandsForAnyNumberOfFields) {
  EXPECT_TRUE(matches("[..., status_code, bytes]", kRequest));
  EXPECT_TRUE(matches("[..., request = *.html*, status_code=4*,]", kRequest));
  EXPECT_TRUE(matches("[a, b, c, d, e, f, g, ...]", kRequest));
  EXPECT_FALSE(matches("[a, b, c, d, e, f, g, ..., h]", kRequest));
}

TEST(FieldPattern, JoinsConditionsOfAField) {
  EXPECT_TRUE(matches("[w1=ERROR, w2]", "ERROR message"));
  EXPECT_FALSE(matches("[w1=ERROR, w2]", "ERROR WARN message"));
  EXPECT_TRUE(matches("[w1=ERROR || w1=%WARN%, w2]", "WARNING message"));
  EXPECT_TRUE(matches("[..., s = 4* && s != 403, bytes]", kRequest));
  EXPECT_FALSE(matches("[..., s = 4* && s != 404, bytes]", kRequest));
}

TEST(FilterPattern, WhatIsNoPatternIsRefusedWithTheReason) {
  EXPECT_EQ(refusal("email@domain.com"),
            "Invalid filter pattern: Invalid character(s) in term 'email@domain.com'");
  EXPECT_EQ(refusal(R"("")"), R"(Invalid filter pattern: Invalid character(s) in term '""')");
  EXPECT_EQ(refusal("{ $.a = 1"),
            "Invalid filter pattern: If a filter pattern starts with '{' it must end with '}'");
  EXPECT_EQ(refusal("%(a|b)%"), "Invalid filter pattern: Invalid character(s) in term '%(a|b)%'");
  for (const auto* pattern : {R"("open)",
                              "-",
                              "?",
                              "%open",
                              "%a% b",
                              "%[a%",
                              "%a\\q%",
                              "{ }",
                              "{ $.a }",
                              "{ a = 1 }",
                              "{ $.a = }",
                              "{ $.a < b }",
                              "{ ($.a = 1 }",
                              "{ $.a = 1 } }",
                              "{ $.a IS 1 }",
                              "{ $.a[x] = 1 }",
                              "{ $.a = %a% && $.b = %b% && $.c = %c% }",
                              "[a",
                              "[a=]",
                              "[a=1 && b=2]",
                              "[..., ...]",
                              "[a b]",
                              "[a] b]"}) {
    EXPECT_NE(refusal(pattern), "accepted") << pattern;
  }
}

}  // namespace
}  // namespace tunesmith::services::logs
