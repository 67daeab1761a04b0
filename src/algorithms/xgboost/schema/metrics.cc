// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/metrics.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::array<std::string_view, 16> kMaximize = {"accuracy",
                                                        "auc",
                                                        "aucpr",
                                                        "balanced_accuracy",
                                                        "f1",
                                                        "f1_binary",
                                                        "f1_macro",
                                                        "map",
                                                        "ndcg",
                                                        "precision",
                                                        "r2",
                                                        "recall",
                                                        "precision_macro",
                                                        "precision_micro",
                                                        "recall_macro",
                                                        "recall_micro"};

constexpr std::array<std::string_view, 17> kMinimize = {"aft-nloglik",
                                                        "cox-nloglik",
                                                        "error",
                                                        "gamma-deviance",
                                                        "gamma-nloglik",
                                                        "interval-regression-accuracy",
                                                        "logloss",
                                                        "mae",
                                                        "mape",
                                                        "merror",
                                                        "mlogloss",
                                                        "mphe",
                                                        "mse",
                                                        "poisson-nloglik",
                                                        "rmse",
                                                        "rmsle",
                                                        "tweedie-nloglik"};

constexpr std::array<std::string_view, 15> kCustom = {"accuracy",
                                                      "balanced_accuracy",
                                                      "f1",
                                                      "f1_binary",
                                                      "f1_macro",
                                                      "mse",
                                                      "rmse",
                                                      "mae",
                                                      "precision",
                                                      "precision_macro",
                                                      "precision_micro",
                                                      "r2",
                                                      "recall",
                                                      "recall_macro",
                                                      "recall_micro"};

std::vector<Metric> make_table() {
  std::vector<Metric> table;
  const auto add = [&](std::string_view metric, Direction direction) {
    const std::string text(metric);
    const auto regex = [&](std::string_view set) {
      return ".*\\[[0-9]+\\].*#011" + std::string(set) + "-" + text + ":(\\S+)";
    };
    table.push_back({metric, "validation:" + text, direction, regex("validation"), "train:" + text,
                     regex("train"),
                     std::find(kCustom.begin(), kCustom.end(), metric) != kCustom.end()});
  };
  for (const auto metric : kMaximize) add(metric, Direction::kMaximize);
  for (const auto metric : kMinimize) add(metric, Direction::kMinimize);
  return table;
}

const std::vector<Metric>& table() {
  static const std::vector<Metric> kTable = make_table();
  return kTable;
}

}  // namespace

std::span<const Metric> metrics() { return table(); }

const Metric* find_metric(std::string_view metric) {
  for (const auto& entry : table()) {
    if (entry.metric == metric) return &entry;
  }
  return nullptr;
}

const Metric* find_objective(std::string_view name) {
  for (const auto& entry : table()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace tunesmith::algorithms::xgboost
