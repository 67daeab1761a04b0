// SPDX-License-Identifier: Apache-2.0
#include "tuning/space/space.h"

#include "base/random.h"
#include "tuning/space/auto_parameter.h"

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

TEST(Parameter, LargeIntegersOnALogarithmicScaleAreToldApart) {
  for (const double min : {1e14, 1e15, 9007199254740982.0}) {
    const Parameter p{"k", ParameterKind::kInteger, min, min + 10, Scaling::kLogarithmic, {}};
    ASSERT_TRUE(p.validate());
    for (double k = 0; k < p.cells(); ++k)
      EXPECT_EQ(std::get<std::int64_t>(p.decode(p.cell_coordinate(k))),
                static_cast<std::int64_t>(min + k));
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

TEST(AutoParameter, ARangeHoldsItsExampleOnAFittingScale) {
  const auto check = [](const std::string& hint, ParameterKind kind, Scaling scaling, double min,
                        double max) {
    const auto p = range_from_hint("p", hint, std::nullopt);
    ASSERT_TRUE(p) << hint;
    EXPECT_EQ(p->kind, kind) << hint;
    EXPECT_EQ(p->scaling, scaling) << hint;
    EXPECT_NEAR(p->min, min, 1e-12) << hint;
    EXPECT_NEAR(p->max, max, 1e-12) << hint;
  };
  check("32", ParameterKind::kInteger, Scaling::kLogarithmic, 4, 256);
  check("1", ParameterKind::kInteger, Scaling::kLogarithmic, 1, 8);
  check("0", ParameterKind::kInteger, Scaling::kLinear, 0, 8);
  check("-16", ParameterKind::kInteger, Scaling::kLinear, -128, -2);
  check("0.001", ParameterKind::kContinuous, Scaling::kLogarithmic, 0.0001, 0.01);
  check("0.3", ParameterKind::kContinuous, Scaling::kLogarithmic, 0.03, 1);
  check("0.9", ParameterKind::kContinuous, Scaling::kReverseLogarithmic, 0, 0.99);
  check("2.5", ParameterKind::kContinuous, Scaling::kLogarithmic, 0.25, 25);
  check("0.0", ParameterKind::kContinuous, Scaling::kLinear, 0, 1);
  check("-2.0", ParameterKind::kContinuous, Scaling::kLinear, -20, -0.2);
  EXPECT_EQ(range_from_hint("p", "False", std::nullopt)->values,
            (std::vector<std::string>{"True", "False"}));
  for (const char* hint : {"", "relu", "nan", "inf", "1e300"})
    EXPECT_FALSE(range_from_hint("p", hint, std::nullopt)) << hint;
}

TEST(AutoParameter, ARecommendedRangeIsWidenedToTheExample) {
  const RecommendedRange eta{ParameterKind::kContinuous, 0.1, 0.5};
  EXPECT_EQ(range_from_hint("eta", "0.3", eta)->max, 0.5);
  EXPECT_EQ(range_from_hint("eta", "0.01", eta)->min, 0.01);
  EXPECT_EQ(range_from_hint("eta", "1", eta)->max, 1);
  const RecommendedRange depth{ParameterKind::kInteger, 0, 10};
  EXPECT_EQ(range_from_hint("max_depth", "6", depth)->kind, ParameterKind::kInteger);
  EXPECT_EQ(range_from_hint("max_depth", "6.5", depth).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace tunesmith::tuning
