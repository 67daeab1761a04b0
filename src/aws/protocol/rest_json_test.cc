// SPDX-License-Identifier: Apache-2.0
//
// REST-JSON, by the golden model "obstacles".
#include "aws/aws_handler.h"
#include "aws/protocol/json.h"
#include "aws/testing.h"

#include "tunesmith/api/obstacles/operations.h"
#include "tunesmith/api/obstacles/shapes.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tunesmith::aws {
namespace {

namespace api = api::obstacles;
using testing::body_text;

class RestJsonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    table_.add<api::ClassOperation>(
        [this](RequestContext&, const api::Class& input) -> Outcome<api::ClassOutput> {
          seen_ = input.name + " " + input.rest + " " + std::to_string(input.default_) + " " +
                  std::to_string(input.default_2.value_or(0));
          api::ClassOutput output;
          output.when = output.when_header = output.when_iso = output.when_http =
              from_millis(1764021246500);
          output.ratio = 0.5;
          return output;
        });
    table_.add<api::GetThing>(
        [this](RequestContext&, const api::GetThingInput& input) -> Outcome<api::GetThingOutput> {
          if (input.name == "gone") {
            return ApiError{
                .code = "GoneError", .message = "no", .status = 410, .details = {{"Why", "x"}}};
          }
          seen_ = input.name;
          if (input.limit) seen_ += " " + std::to_string(*input.limit);
          if (input.after) seen_ += " " + std::to_string(to_millis(*input.after));
          for (const auto& tag : input.tags.value_or(std::vector<std::string>{}))
            seen_ += " " + tag;
          for (const auto& [key, value] :
               input.extra.value_or(std::map<std::string, std::string>{})) {
            seen_.append(" ").append(key).append("=").append(value);
          }
          api::GetThingOutput output;
          output.color = "red";
          output.thing.emplace().flags = {true, false};
          return output;
        });
    table_.add<api::PutBlob>(
        [this](RequestContext&, const api::PutBlobInput& input) -> Outcome<api::PutBlobOutput> {
          seen_ = input.name + " " + input.body.value_or("-");
          api::PutBlobOutput output;
          output.body.content = std::string("raw");
          return output;
        });
    table_.add<api::Walk>([this](RequestContext&, const api::Tree& input) -> Outcome<NoOutput> {
      seen_ = to_json(input);
      return NoOutput{};
    });
    handler_.emplace(std::vector{&api::service()}, table_, authenticator_);
  }

  http::Response ask(std::string method, std::string uri,
                     std::vector<std::pair<std::string, std::string>> headers = {},
                     std::string body = {}) {
    headers.emplace_back("Authorization", "Credential=K/20261124/us-east-1/course/aws4_request,");
    testing::TestRequest request(std::move(method), std::move(uri), std::move(headers),
                                 std::move(body));
    return handler_->handle(request.request);
  }

  std::string seen_;
  OperationTable table_;
  testing::BelievingAuthenticator authenticator_;
  std::optional<AwsHandler> handler_;
};

TEST_F(RestJsonTest, ReadsLabelsAndBody) {
  const auto response = ask("POST", "/class/a%20b/c/d?mode=a", {}, R"({"default":3,"Default":4})");
  EXPECT_EQ(response.status, 201) << body_text(response);
  EXPECT_EQ(seen_, "a b c/d 3 4");
}

TEST_F(RestJsonTest, WritesTimesAsTheirPlaceAndTraitsSay) {
  const auto response = ask("POST", "/class/a/b?mode=a", {}, R"({"default":3})");
  EXPECT_EQ(body_text(response), R"({"When":1764021246.500,"WhenIso":"2025-11-24T21:54:06.500Z",)"
                                 R"("WhenHttp":"Mon, 24 Nov 2025 21:54:06 GMT","Ratio":0.5})");
  EXPECT_EQ(response.headers.get("x-when"), "Mon, 24 Nov 2025 21:54:06 GMT");
}

TEST_F(RestJsonTest, ReadsQueryAndHeaders) {
  (void)ask("GET", "/things/t?limit=5&after=2025-11-24T21%3A54%3A06Z",
            {{"x-tags", "a, b"}, {"X-Extra-One", "1"}, {"x-extra-two", "2"}});
  EXPECT_EQ(seen_, "t 5 1764021246000 a b one=1 two=2");
}

TEST_F(RestJsonTest, WritesAPayloadStructure) {
  const auto response = ask("GET", "/things/t");
  EXPECT_EQ(body_text(response), R"({"Flags":[true,false]})");
  EXPECT_EQ(response.headers.get("x-color"), "red");
}

TEST_F(RestJsonTest, PassesRawBodies) {
  const auto response = ask("PUT", "/blobs/b", {}, std::string("\0\xFF", 2));
  EXPECT_EQ(seen_, std::string("b \0\xFF", 4));
  EXPECT_EQ(body_text(response), "raw");
}

TEST_F(RestJsonTest, ReadsStructuresThatHoldThemselves) {
  const std::string tree =
      R"({"Label":"a","Child":{"Child":{"Label":"b"}},"Children":[{"Label":"c"}],"Named":{"x":{"Label":"d"}}})";
  (void)ask("POST", "/walk", {}, tree);
  EXPECT_EQ(seen_, tree);
}

TEST_F(RestJsonTest, ValidatesBindingsAndBodyTogether) {
  const std::string text =
      body_text(ask("POST", "/class/12345678901/b?mode=a", {}, R"({"Secret":"no"})"));
  EXPECT_EQ(
      text,
      R"({"message":"3 validation errors detected: Value '12345678901' at 'name' failed to satisfy )"
      R"(constraint: Member must have length less than or equal to 10; Value null at 'default' failed )"
      R"(to satisfy constraint: Member must not be null; Value at 'secret' failed to satisfy )"
      R"(constraint: Member must have length greater than or equal to 3"})");
}

TEST_F(RestJsonTest, AnswersModelledErrors) {
  const auto response = ask("GET", "/things/gone");
  EXPECT_EQ(response.status, 410);
  EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "GoneError");
  EXPECT_EQ(body_text(response), R"({"message":"no","Why":"x"})");
}

TEST_F(RestJsonTest, NamesTheOperationThatItLacks) {
  EXPECT_NE(body_text(ask("GET", "/missing")).find("Obstacles.Missing"), std::string::npos);
}

TEST(Descriptors, CarryTheModelsErrors) {
  const auto errors = api::ClassOperation::descriptor().errors;
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].code, "GoneError");
  EXPECT_EQ(errors[0].status, 410);
  EXPECT_EQ(errors[1].status, 500);
  EXPECT_EQ(errors[2].status, 400);
}

TEST(Validator, WantsExactlyOneMemberOfAUnion) {
  const auto verdict = [](std::string_view document) {
    api::Thing thing;
    Validator validator;
    EXPECT_TRUE(decode_json(document, shape_of<api::Thing>(), &thing, validator));
    return validator.ok();
  };
  EXPECT_TRUE(verdict(R"({"Choice":{"Left":"a"}})"));
  EXPECT_FALSE(verdict(R"({"Choice":{"Left":"a","Right":1}})"));
  EXPECT_FALSE(verdict(R"({"Choice":{}})"));
}

TEST(Validator, ChecksListsInLists) {
  api::Thing thing;
  Validator validator;
  ASSERT_TRUE(decode_json(R"({"Lists":[["a"],[]]})", shape_of<api::Thing>(), &thing, validator));
  EXPECT_EQ(
      validator.message(),
      "1 validation error detected: Value '[]' at 'lists.2.member' failed to satisfy constraint: "
      "Member must have length greater than or equal to 1");
}

}  // namespace
}  // namespace tunesmith::aws
