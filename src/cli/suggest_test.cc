// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.h"

#include "base/random.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace tunesmith::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kInit =
    R"({"op":"init","space":[{"name":"x","type":"continuous","min":0,"max":1},)"
    R"({"name":"k","type":"integer","min":1,"max":9,"scale":"log"},)"
    R"({"name":"c","type":"categorical","values":["a",2,true]}],"seed":3,"budget":20})";

std::vector<std::string> answers(const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  EXPECT_EQ(run_suggest_session(in, out), 0);
  std::vector<std::string> lines;
  std::istringstream split(out.str());
  for (std::string line; std::getline(split, line);)
    lines.push_back(std::regex_replace(line, std::regex(R"(,?"cpu_s":[^,}]*)"), ""));
  return lines;
}

std::string whole_session() {
  std::string input = std::string(kInit) + "\n";
  for (int i = 0; i < 20; ++i) {
    input += "{\"op\":\"ask\"}\n{\"op\":\"tell\",\"id\":\"" + std::to_string(i) +
             "\",\"value\":" + std::to_string((i * 7) % 11) + "}\n";
  }
  return input;
}

TEST(SuggestSession, SameRequestsGiveTheSameAnswers) {
  const auto first = answers(whole_session());
  EXPECT_EQ(first.size(), 41U);
  EXPECT_EQ(first, answers(whole_session()));
  for (const auto& line : first) EXPECT_THAT(line, ::testing::Not(HasSubstr("error")));
}

TEST(SuggestSession, CategoriesKeepTheirJsonType) {
  std::string all;
  for (const auto& line : answers(whole_session())) all += line;
  EXPECT_THAT(all, HasSubstr(R"("c":"a")"));
  EXPECT_THAT(all, HasSubstr(R"("c":2)"));
  EXPECT_THAT(all, HasSubstr(R"("c":true)"));
}

TEST(SuggestSession, NumbersAreAnsweredAsPeopleWriteThem) {
  const auto lines = answers(
      R"({"op":"init","space":[{"name":"c","type":"categorical","values":[0.98,1e-05]}],"seed":1})"
      "\n{\"op\":\"ask\"}\n");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(std::regex_search(lines[1], std::regex("\"config\":\\{\"c\":(0\\.98|1e-05)\\}")))
      << lines[1];
}

TEST(SuggestSession, ErrorsNameTheFieldAndTheSessionGoesOn) {
  const auto lines =
      answers(std::string("nonsense\n") + R"({"op":"ask"})" + "\n" +
              R"({"op":"init","space":[{"name":"x","type":"real"}]})" + "\n" +
              R"({"op":"init","space":[{"name":"x","type":"continuous","min":2,"max":1}]})" + "\n" +
              kInit + "\n" + R"({"op":"tell","id":"7","value":1})" + "\n" +
              R"({"op":"preload","configs":[{"x":0.1,"k":2}],"values":[1]})" + "\n" +
              R"({"op":"preload","configs":[{"x":0.1,"k":2,"c":true}],"values":[null]})" + "\n" +
              R"({"op":"ask"})" + "\n");
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_THAT(lines[0], HasSubstr("error"));
  EXPECT_THAT(lines[1], HasSubstr("init"));
  EXPECT_THAT(lines[2], HasSubstr("space[0].type"));
  EXPECT_THAT(lines[3], HasSubstr("'x'"));
  EXPECT_THAT(lines[4], HasSubstr("ok"));
  EXPECT_THAT(lines[5], HasSubstr("no trial 7"));
  EXPECT_THAT(lines[6], HasSubstr("configs[0].c"));
  EXPECT_THAT(lines[7], HasSubstr("ok"));
  EXPECT_THAT(lines[8], HasSubstr("config"));
}

TEST(SuggestSession, AnInitThatIsRefusedLeavesTheSessionAsItIs) {
  const auto lines =
      answers(std::string(kInit) + "\n" + R"({"op":"ask"})" + "\n" +
              R"({"op":"init","space":[{"name":"x","type":"real"}]})" + "\n" +
              R"({"op":"tell","id":"0","value":1})" + "\n" + R"({"op":"ask"})" + "\n");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[2], HasSubstr("space[0].type"));
  EXPECT_THAT(lines[3], HasSubstr("ok"));
  EXPECT_THAT(lines[4], HasSubstr(R"("id":"1")"));
}

TEST(SuggestSession, EveryErrorBeginsWithItsField) {
  const std::string init(kInit);
  const auto with = [&](const std::string& more) {
    return init.substr(0, init.size() - 1) + "," + more + "}";
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"op":"tell","id":"5","value":1})", "id: "},
      {R"({"op":"report","id":"5","resource":1,"value":1})", "id: "},
      {R"({"op":"report","id":"0","value":1})", "resource: missing"},
      {R"({"op":"report","id":"0","resource":0,"value":1})", "resource: "},
      {with(R"("strategy":"Hyperband","resource":{"min":5,"max":3})"), "resource: "},
      {with(R"("strategy":"Hyperband","early_stopping":"Auto","resource":{"max":3})"),
       "early_stopping: "},
      {with(R"("strategy":"Grid")"), "space: "},
  };
  for (const auto& [request, field] : cases) {
    const auto lines = answers(init + "\n" + R"({"op":"ask"})" + "\n" + request + "\n");
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(lines[2], ::testing::StartsWith(R"({"error":")" + field)) << request;
  }
}

TEST(SuggestSession, FailedTrialsAndReportsAreTaken) {
  const auto lines = answers(std::string(kInit) + "\n" + R"({"op":"ask"})" + "\n" +
                             R"({"op":"report","id":"0","resource":1,"value":0.5})" + "\n" +
                             R"({"op":"tell","id":"0","value":null})" + "\n" + R"({"op":"quit"})" +
                             "\n" + R"({"op":"ask"})" + "\n");
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[2], HasSubstr("continue"));
  EXPECT_THAT(lines[3], HasSubstr("ok"));
}

TEST(SuggestSession, ExplainsTheSearchForProgramsAndPeople) {
  std::istringstream in(whole_session() +
                        R"({"op":"explain","response":["c","x"],"resolution":3})" + "\n" +
                        R"({"op":"explain","response":["y"]})" + "\n");
  std::ostringstream out;
  std::ostringstream text;
  EXPECT_EQ(run_suggest_session(in, out, &text), 0);
  EXPECT_THAT(out.str(), HasSubstr(R"({"parameters":["k"],"share":)"));
  EXPECT_THAT(out.str(), HasSubstr(R"({"values":["a",0.0],"mean":)"));
  EXPECT_THAT(out.str(), HasSubstr(R"("expected_improvement":)"));
  EXPECT_THAT(out.str(), HasSubstr("there is no parameter 'y'"));
  EXPECT_THAT(text.str(), HasSubstr("trial 0: initial design"));
  EXPECT_THAT(text.str(), HasSubstr("expected improvement left"));
}

TEST(SuggestSession, HyperbandNeedsItsResourceAndStopsTrials) {
  const std::string init(kInit);
  const auto with = [&](const std::string& more) {
    return init.substr(0, init.size() - 1) + "," + more + "}\n";
  };
  std::string input = with(R"("strategy":"Hyperband")") + with(R"("resource":{"max":9})") +
                      with(R"("strategy":"Hyperband","resource":{"min":1})") +
                      with(R"("strategy":"Hyperband","resource":{"min":1,"max":3})");
  input += "{\"op\":\"ask\"}\n";
  for (int epoch = 1; epoch <= 3; ++epoch)
    input += fmt::format(R"({{"op":"report","id":"0","resource":{},"value":1}})", epoch) + "\n";
  const auto lines = answers(input);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_THAT(lines[0], HasSubstr("resource: missing"));
  EXPECT_THAT(lines[1], HasSubstr("Hyperband only"));
  EXPECT_THAT(lines[2], HasSubstr("resource.max"));
  EXPECT_THAT(lines[3], HasSubstr("ok"));
  EXPECT_THAT(lines[6], HasSubstr("continue"));
  EXPECT_THAT(lines[7], HasSubstr("stop"));
}

TEST(SuggestSession, DamagedRequestsNeverStopIt) {
  const std::string base = whole_session();
  Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    std::string damaged = base;
    for (int i = 0; i < 8; ++i)
      damaged[rng.below(damaged.size())] = static_cast<char>(32 + rng.below(95));
    answers(damaged);
  }
}

}  // namespace
}  // namespace tunesmith::cli
