// SPDX-License-Identifier: Apache-2.0
#include "algorithms/null/null_algorithm.h"

#include <gtest/gtest.h>

namespace tunesmith::algorithms::null_algorithm {
namespace {

TEST(NullAlgorithm, IsKnownByItsRepositoryAlone) {
  EXPECT_TRUE(recognise_image("123456789012.dkr.ecr.us-east-1.amazonaws.com/tunesmith-null:1"));
  EXPECT_TRUE(recognise_image("tunesmith-null"));
  EXPECT_FALSE(recognise_image("registry/tunesmith-null-2:1"));
  EXPECT_FALSE(recognise_image("registry/xgboost:1"));
}

TEST(NullAlgorithm, SumsTheSquaredDistancesOfItsNumbers) {
  const auto p = plan({{"a", "1.5"}, {"b", "0"}, {"text", "relu"}, {"_tuning", "7"}});
  ASSERT_TRUE(p);
  EXPECT_DOUBLE_EQ(p->objective, 1.25);
  EXPECT_DOUBLE_EQ(value_at(*p, 1), 1.25);
}

TEST(NullAlgorithm, ComesDownToItsObjectiveInTheLastRound) {
  const auto p = plan({{"a", "0.5"}, {"rounds", "4"}});
  ASSERT_TRUE(p);
  EXPECT_DOUBLE_EQ(value_at(*p, 1), 0.75);
  EXPECT_DOUBLE_EQ(value_at(*p, 4), 0);
}

TEST(NullAlgorithm, RefusesWhatItCannotDo) {
  EXPECT_FALSE(plan({{"rounds", "0"}}));
  EXPECT_FALSE(plan({{"rounds", "many"}}));
  EXPECT_FALSE(plan({{"seconds", "-1"}}));
}

}  // namespace
}  // namespace tunesmith::algorithms::null_algorithm
