// SPDX-License-Identifier: Apache-2.0
//
// The metrics of the built-in XGBoost: their names, which way is better, and the regular expression
// by which the platform reads them from the log. A constant table; thread safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tunesmith::algorithms::xgboost {

enum class Direction { kMaximize, kMinimize };

struct Metric {
  std::string_view metric;  // "auc", as in eval_metric
  std::string name;         // "validation:auc", as in a tuning job's objective
  Direction direction;
  std::string regex;        // applied to log lines in which a tab reads "#011"
  std::string train_name;   // "train:auc", which is published, too, and can be no objective
  std::string train_regex;  // likewise
  bool custom;              // computed by the container, unknown to XGBoost itself (or overridden)
};

/// All metrics, those to maximize first, each group in alphabetical order.
std::span<const Metric> metrics();

/// By bare name ("auc"); nullptr when there is none.
const Metric* find_metric(std::string_view metric);
/// By full name ("validation:auc"); nullptr when there is none.
const Metric* find_objective(std::string_view name);

}  // namespace tunesmith::algorithms::xgboost
