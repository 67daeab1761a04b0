// SPDX-License-Identifier: Apache-2.0
//
// Metrics computed here against their definitions and against XGBoost's own values.
#include "algorithms/xgboost/trainer/class_metrics.h"
#include "algorithms/xgboost/trainer/round_metrics.h"
#include "algorithms/xgboost/trainer/test_data.h"
#include "base/random.h"
#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace tunesmith::algorithms::xgboost {
namespace {

// The definition: the share of pairs in the right order, ties half, in products of weights.
double roc_by_pairs(const std::vector<float>& labels, const std::vector<float>& weights,
                    const std::vector<float>& scores) {
  double right = 0;
  double all = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < labels.size(); ++j) {
      if (labels[i] != 1 || labels[j] != 0) continue;
      const double w =
          weights.empty() ? 1.0 : static_cast<double>(weights[i]) * static_cast<double>(weights[j]);
      all += w;
      right += scores[i] > scores[j] ? w : scores[i] == scores[j] ? w / 2 : 0;
    }
  }
  return right / all;
}

TEST(AreaMetrics, RocIsTheShareOfPairsInTheRightOrder) {
  Rng rng(3);
  for (int round = 0; round < 400; ++round) {
    const auto n = 2 + rng.below(80);
    const double step = round % 3 == 0 ? 0.5 : 1e-7;  // many ties, or few
    std::vector<float> labels;
    std::vector<float> weights;
    std::vector<float> margins;
    std::vector<float> probabilities;
    for (std::uint64_t i = 0; i < n; ++i) {
      labels.push_back(i == 0 ? 1.0F : i == 1 ? 0.0F : rng.uniform() < 0.3 ? 1.0F : 0.0F);
      if (round % 2 == 0) weights.push_back(static_cast<float>(rng.below(5)) + 0.5F);
      const double scale = round % 5 == 0 ? 12.0 : 2.0;  // large margins: ties by saturation
      margins.push_back(static_cast<float>(std::round(rng.normal() * scale / step) * step));
      probabilities.push_back(single_sigmoid(margins.back()));
    }
    AreaMetrics area(labels, weights);
    ASSERT_NEAR(area.roc(margins, false), roc_by_pairs(labels, weights, margins), 1e-6);
    ASSERT_NEAR(area.roc(margins, true), roc_by_pairs(labels, weights, probabilities), 1e-6);
  }
}

TEST(AreaMetrics, AreUndefinedForOneClass) {
  const std::vector<float> labels = {1, 1};
  const std::vector<float> margins = {0.5F, 1};
  AreaMetrics area(labels, {});
  EXPECT_TRUE(std::isnan(area.roc(margins, true)));
  EXPECT_TRUE(std::isnan(area.precision_recall(margins, true)));
}

TEST(AreaMetrics, EndWhateverTheMargins) {
  const std::vector<float> labels = {1, 0, 1, 0};
  const float nan = std::nanf("");
  const float inf = INFINITY;
  AreaMetrics area(labels, {});
  (void)area.roc(std::vector<float>{nan, nan, inf, -inf}, true);
  (void)area.roc(std::vector<float>{inf, inf, -0.0F, 0.0F}, true);
  EXPECT_DOUBLE_EQ(area.roc(std::vector<float>{-0.0F, 0.0F, 0.0F, -0.0F}, false), 0.5);
}

TEST(AreaMetrics, OrderKeysKeepTheOrderOfFloats) {
  const std::vector<float> rising = {-INFINITY, -3.5F, -1e-30F, 0.0F, 1e-30F, 2.0F, INFINITY};
  for (std::size_t i = 1; i < rising.size(); ++i) {
    EXPECT_LT(order_key(rising[i - 1]), order_key(rising[i]));
    EXPECT_EQ(from_order_key(order_key(rising[i])), rising[i]);
  }
  EXPECT_EQ(order_key(-0.0F), order_key(0.0F));
}

TEST(ClassMetrics, FollowTheirDefinitions) {
  // Confusion: class 0: 2 of 3 found; class 1: 1 of 2 found.
  const std::vector<float> labels = {0, 0, 0, 1, 1};
  const std::vector<long> predicted = {0, 0, 1, 1, 0};
  const auto counts = ClassCounts::of(labels, predicted);
  ASSERT_TRUE(counts);
  EXPECT_DOUBLE_EQ(counts->accuracy(), 0.6);
  EXPECT_DOUBLE_EQ(counts->balanced_accuracy(), (2.0 / 3 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(*counts->precision_binary(), 0.5);
  EXPECT_DOUBLE_EQ(*counts->recall_binary(), 0.5);
  EXPECT_DOUBLE_EQ(*counts->f1_binary(), 0.5);
  EXPECT_DOUBLE_EQ(counts->f1_macro(), (2.0 / 3 + 0.5) / 2);
  const auto three = ClassCounts::of(std::vector<float>{0, 1, 2}, std::vector<long>{0, 1, 2});
  ASSERT_TRUE(three);
  EXPECT_THAT(three->f1_binary().error().message,
              testing::HasSubstr("Target is multiclass but average='binary'"));
  EXPECT_FALSE(ClassCounts::of(std::vector<float>{0.5F}, std::vector<long>{0}));
}

struct Case {
  std::string objective;
  std::string metric;
  bool weighted;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.objective << " " << c.metric << (c.weighted ? " weighted" : "");
}

class AgainstXgboost : public testing::TestWithParam<Case> {};

// Labels that suit the objective, with repeated feature rows so that predictions tie.
Table table_for(const Case& c, std::uint64_t seed, std::size_t rows) {
  Rng rng(seed);
  Table table;
  table.rows = rows;
  table.columns = 3;
  for (std::size_t row = 0; row < rows; ++row) {
    double signal = 0;
    for (int column = 0; column < 3; ++column) {
      const double value = std::round(rng.normal() * 4) / 4;
      signal += value;
      table.dense.push_back(static_cast<float>(value));
    }
    double label = signal + rng.normal();
    if (c.objective.rfind("binary:", 0) == 0 || c.objective == "reg:logistic")
      label = label > 1 ? 1 : 0;
    if (c.objective.rfind("multi:", 0) == 0) label = label < -1 ? 0 : label < 1 ? 1 : 2;
    if (c.objective == "count:poisson" || c.objective == "reg:squaredlogerror")
      label = std::floor(std::fabs(label));
    if (c.objective == "reg:gamma") label = std::fabs(label) + 0.1;
    table.labels.push_back(static_cast<float>(label));
    if (c.weighted) table.weights.push_back(static_cast<float>(rng.uniform() * 3 + 0.01));
  }
  return table;
}

TEST_P(AgainstXgboost, ValuesAgreeEachRound) {
  const auto library = test_library();
  if (!library) GTEST_SKIP() << library.error().message;
  const auto& c = GetParam();
  const auto table = table_for(c, 5, 700);
  DataSet data;
  auto matrix = Matrix::create(**library, table);
  ASSERT_TRUE(matrix) << matrix.error().message;
  data.matrix = std::move(*matrix);
  data.rows = table.rows;
  data.columns = table.columns;
  data.labels = table.labels;
  data.weights = table.weights;

  std::map<std::string, std::string> given = {
      {"num_round", "8"}, {"objective", c.objective}, {"eval_metric", c.metric}};
  if (c.objective.rfind("multi:", 0) == 0) given["num_class"] = "3";
  const auto parameters = validate(given, Generation::kSagemakerXgboost);
  ASSERT_TRUE(parameters) << parameters.error().message;
  const auto plan = plan_metrics(*parameters, false);
  ASSERT_FALSE(plan.own.empty());
  RoundMetrics metrics(plan, data);

  const std::array<Library::Handle, 1> cached = {data.matrix.handle()};
  const std::array<const char*, 1> names = {"d"};
  auto booster = Booster::create(**library, cached);
  ASSERT_TRUE(booster);
  for (const auto& [name, value] : given) {
    if (name == "num_round") continue;
    ASSERT_TRUE(booster->set(name, value));
  }
  ASSERT_TRUE(booster->set("nthread", "1"));
  for (int round = 0; round < 8; ++round) {
    ASSERT_TRUE(booster->update(round, data.matrix));
    const auto margins = booster->margins(data.matrix);
    ASSERT_TRUE(margins);
    const auto ours = metrics.measure(*margins);
    ASSERT_TRUE(ours) << ours.error().message;
    const auto text = booster->evaluate(round, cached, names);
    ASSERT_TRUE(text) << text.error().message;
    const auto theirs = parse_double(text->substr(text->rfind(':') + 1));
    ASSERT_TRUE(theirs) << *text;
    // The default metric may stand before the container's own.
    const auto& mine = c.metric == "rmse" || c.metric == "mae" ? ours->back() : ours->front();
    ASSERT_NEAR(mine.value, *theirs, 1e-6 * std::max(1.0, std::fabs(*theirs))) << *text;
    EXPECT_THAT(*text, testing::HasSubstr("d-" + mine.name + ":"));
  }
}

std::vector<Case> cases() {
  std::vector<Case> out;
  const auto add = [&](const char* objective, std::vector<std::string> metrics,
                       bool weights = true) {
    for (const auto& metric : metrics) {
      out.push_back({objective, metric, false});
      if (weights) out.push_back({objective, metric, true});
    }
  };
  add("binary:logistic", {"auc", "aucpr", "logloss", "error", "error@0.3"});
  add("binary:logitraw", {"auc", "aucpr", "error"});
  add("binary:hinge", {"auc", "error"});
  add("reg:logistic", {"logloss"});
  add("multi:softprob", {"merror", "mlogloss"});
  add("multi:softmax", {"merror", "mlogloss"});
  add("reg:squarederror", {"mape"});
  add("reg:squaredlogerror", {"rmsle"});
  // The container's own, which take no weights.
  add("reg:squarederror", {"rmse", "mae"}, false);
  add("count:poisson", {"rmse", "mae"}, false);
  add("reg:gamma", {"rmse", "mae"}, false);
  add("binary:logistic", {"rmse", "mae"}, false);
  return out;
}

INSTANTIATE_TEST_SUITE_P(Objectives, AgainstXgboost, testing::ValuesIn(cases()));

}  // namespace
}  // namespace tunesmith::algorithms::xgboost
