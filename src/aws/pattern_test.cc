// SPDX-License-Identifier: Apache-2.0
#include "aws/pattern.h"

#include "tunesmith/api/iam/operations.h"
#include "tunesmith/api/s3/operations.h"
#include "tunesmith/api/sagemaker/operations.h"
#include "tunesmith/api/sts/operations.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tunesmith::aws {
namespace {

/// Calls `see` for every shape that can be reached from an operation, once or more.
template <class See>
void walk(const Shape* shape, int depth, See see) {
  if (shape == nullptr || depth > 12) return;
  see(*shape);
  walk(shape->element, depth + 1, see);
  walk(shape->key, depth + 1, see);
  for (const Member& member : shape->members) walk(member.shape, depth + 1, see);
}

TEST(Pattern, MatchesWholeStringsOnly) {
  static const Pattern pattern("[a-z]+|[a-z]+[0-9]");
  EXPECT_TRUE(pattern.matches("abc"));
  EXPECT_TRUE(pattern.matches("abc7"));
  EXPECT_FALSE(pattern.matches("abc7 "));
  EXPECT_FALSE(pattern.matches(" abc"));
  EXPECT_FALSE(pattern.matches(""));
}

TEST(Pattern, DollarDoesNotMatchBeforeAFinalNewline) {
  static const Pattern pattern("^[a-z]+$");
  EXPECT_TRUE(pattern.matches("abc"));
  EXPECT_FALSE(pattern.matches("abc\n"));
}

TEST(Pattern, CountsCharactersAndKnowsLetters) {
  static const Pattern letters("\\p{L}{3}");
  EXPECT_TRUE(letters.matches("\xC3\xA4\xC3\xB6\xC3\xBC"));
  EXPECT_FALSE(letters.matches("\xC3\x28z"));  // not UTF-8
}

TEST(Pattern, GivesUpOnRunawayMatches) {
  static const Pattern runaway("(a+)+b");
  EXPECT_FALSE(runaway.matches(std::string(5000, 'a')));
}

TEST(Pattern, SurvivesLongSubjects) {
  static const Pattern uri("(s3|https)://([^/]+)/?(.*)");
  EXPECT_TRUE(uri.matches("s3://bucket/" + std::string(200'000, 'k')));
}

TEST(Pattern, MayBeFirstUsedByManyThreadsAtOnce) {
  static Pattern pattern("[a-z]{1,5}");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([] { EXPECT_TRUE(pattern.matches("abc")); });
}

TEST(Pattern, EveryPatternOfTheModelsCompiles) {
  int seen = 0;
  for (const ServiceDescriptor* service : {&api::sagemaker::service(), &api::iam::service(),
                                           &api::sts::service(), &api::s3::service()}) {
    for (const OperationDescriptor* operation : service->operations) {
      for (const Shape* side : {operation->input, operation->output}) {
        walk(side, 0, [&](const Shape& shape) {
          if (shape.pattern == nullptr) return;
          ++seen;
          const auto compiled = shape.pattern->compiles();
          EXPECT_TRUE(compiled) << shape.name << ": " << compiled.error().message;
        });
      }
    }
  }
  EXPECT_GT(seen, 50);
}

}  // namespace
}  // namespace tunesmith::aws
