// SPDX-License-Identifier: Apache-2.0
#include "tuning/space/space.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tunesmith::tuning {
namespace {

Parameter continuous(double min, double max, Scaling scaling = Scaling::kLinear) {
  return {"x", ParameterKind::kContinuous, min, max, scaling, {}};
}
Parameter integer(double min, double max, Scaling scaling = Scaling::kLinear) {
  return {"k", ParameterKind::kInteger, min, max, scaling, {}};
}

TEST(Parameter, BoundsAreReachedExactly) {
  for (const auto scaling :
       {Scaling::kLinear, Scaling::kLogarithmic, Scaling::kReverseLogarithmic, Scaling::kAuto}) {
    const Parameter p = continuous(0.001, 0.9, scaling);
    EXPECT_EQ(std::get<double>(p.decode(0)), 0.001);
    EXPECT_EQ(std::get<double>(p.decode(1)), 0.9);
    EXPECT_EQ(std::get<double>(p.decode(-3)), 0.001);
    EXPECT_EQ(*p.encode(0.001), 0);
    EXPECT_EQ(*p.encode(0.9), 1);
  }
}

TEST(Parameter, DecodingAndEncodingAgree) {
  Rng rng(1);
  for (const auto scaling :
       {Scaling::kLinear, Scaling::kLogarithmic, Scaling::kReverseLogarithmic}) {
    const Parameter p = continuous(1e-6, 0.999999, scaling);
    for (int i = 0; i < 1000; ++i) {
      const double u = rng.uniform();
      EXPECT_NEAR(*p.encode(p.decode(u)), u, 1e-9);
    }
  }
}

TEST(Parameter, LogarithmicScaleHalvesDecades) {
  EXPECT_NEAR(std::get<double>(continuous(1e-4, 1, Scaling::kLogarithmic).decode(0.5)), 1e-2,
              1e-15);
  EXPECT_NEAR(std::get<double>(continuous(0, 0.9999, Scaling::kReverseLogarithmic).decode(0.5)),
              0.99, 1e-12);
}

TEST(Parameter, AutoIsLogarithmicOverTwoDecades) {
  EXPECT_EQ(continuous(0.01, 1, Scaling::kAuto).effective_scaling(), Scaling::kLogarithmic);
  EXPECT_EQ(continuous(0.02, 1, Scaling::kAuto).effective_scaling(), Scaling::kLinear);
  EXPECT_EQ(continuous(0, 1, Scaling::kAuto).effective_scaling(), Scaling::kLinear);
}

TEST(Parameter, EveryIntegerHasACellOfItsOwn) {
  for (const auto scaling : {Scaling::kLinear, Scaling::kLogarithmic}) {
    const Parameter p = integer(1, 300, scaling);
    double before = 0;
    for (std::int64_t k = 1; k <= 300; ++k) {
      const double u = *p.encode(k);
      EXPECT_EQ(std::get<std::int64_t>(p.decode(u)), k);
      EXPECT_EQ(p.snap(u), u);
      EXPECT_GT(u, before);
      before = u;
    }
  }
}

TEST(Parameter, LinearIntegersAreEquallyLikely) {
  const Parameter p = integer(-1, 2);
  EXPECT_EQ(std::get<std::int64_t>(p.decode(0.2499)), -1);
  EXPECT_EQ(std::get<std::int64_t>(p.decode(0.25)), 0);
  EXPECT_EQ(std::get<std::int64_t>(p.decode(0.7501)), 2);
  EXPECT_EQ(std::get<std::int64_t>(p.decode(1)), 2);
}

TEST(Parameter, ValuesOfAnotherKindAreRefusedByName) {
  const Parameter p = integer(1, 10);
  for (const Value& value : {Value(2.5), Value(std::int64_t{11}), Value(std::string("3"))}) {
    const auto result = p.encode(value);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("'k'"), std::string::npos);
  }
  EXPECT_FALSE(continuous(0, 1).encode(std::nan("")));
}

TEST(Space, WrongParametersAreRefused) {
  EXPECT_FALSE(Space::create({}));
  EXPECT_FALSE(Space::create({continuous(0, 1), continuous(0, 1)}));
  EXPECT_FALSE(Space::create({continuous(1, 0)}));
  EXPECT_FALSE(Space::create({continuous(0, 1, Scaling::kLogarithmic)}));
  EXPECT_FALSE(Space::create({continuous(0, 1, Scaling::kReverseLogarithmic)}));
  EXPECT_FALSE(Space::create({integer(0.5, 2)}));
  EXPECT_FALSE(Space::create({continuous(-INFINITY, 0)}));
  EXPECT_FALSE(Space::create({continuous(-1.7e308, 1.7e308)}));
  EXPECT_FALSE(
      Space::create({{"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "a"}}}));
  EXPECT_FALSE(Space::create({{"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {}}}));
}

TEST(Space, EnumerationVisitsEveryConfigurationOnce) {
  const auto space = *Space::create(
      {integer(3, 5), {"c", ParameterKind::kCategorical, 0, 0, Scaling::kAuto, {"a", "b"}}});
  EXPECT_EQ(space.cardinality(), 6);
  std::vector<Configuration> seen;
  for (int i = 0; i < 6; ++i) {
    auto configuration = space.decode(space.enumerate(i));
    EXPECT_EQ(std::count(seen.begin(), seen.end(), configuration), 0);
    EXPECT_EQ(*space.encode(configuration), space.enumerate(i));
    seen.push_back(std::move(configuration));
  }
}

}  // namespace
}  // namespace tunesmith::tuning
