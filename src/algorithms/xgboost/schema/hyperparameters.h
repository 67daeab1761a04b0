// SPDX-License-Identifier: Apache-2.0
//
// The hyperparameters of the built-in XGBoost: what the algorithm's container accepts, and the
// texts with which it refuses. The server validates at Create with it, so that a typo costs no
// training job; the trainer validates again. Pure functions over constant tables; thread safe.
//
// The rules are those of the sagemaker-xgboost-container; legacy images also take "silent".
#pragma once

#include "algorithms/xgboost/schema/image.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tunesmith::algorithms::xgboost {

enum class ParameterType { kInteger, kContinuous, kCategorical, kList, kTuple, kNestedList };

/// Validated hyperparameters by canonical name ("eta", never "learning_rate"), as given.
struct HyperparameterSet {
  std::map<std::string, std::string> values;

  bool has(const std::string& name) const { return values.count(name) != 0; }
  /// The text, or `fallback` when it was not given.
  std::string text(const std::string& name, std::string_view fallback = "") const;
  std::optional<std::int64_t> integer(const std::string& name) const;
  std::optional<double> number(const std::string& name) const;
  /// eval_metric and updater: the comma-separated members.
  std::vector<std::string> list(const std::string& name) const;
  /// What the log will show each round: the union of eval_metric and the tuning objective, sorted
  /// when both are given. Empty when neither is (XGBoost then picks by objective).
  std::vector<std::string> metrics_to_log() const;
  /// The metric that early stopping watches: the tuning objective, else the last of eval_metric.
  std::optional<std::string> early_stopping_metric() const;
};

/// kInvalid with the container's own text for the first fault it would report.
Result<HyperparameterSet> validate(const std::map<std::string, std::string>& given,
                                   Generation generation);

/// "learning_rate" -> "eta"; other names unchanged.
std::string_view canonical_name(std::string_view name);

/// What a tuning job may know about a hyperparameter.
struct ParameterInfo {
  std::string_view name;
  ParameterType type;
  bool required;
  bool tunable;
  std::string_view recommended_min;  // empty when not tunable
  std::string_view recommended_max;
  std::string_view allowed_min;  // empty: no bound
  std::string_view allowed_max;
};

/// All hyperparameters that `generation` accepts.
std::vector<ParameterInfo> parameters(Generation generation);

enum class RangeKind { kContinuous, kInteger, kCategorical };

/// One range of a tuning job, as texts from the request.
struct TunedRange {
  RangeKind kind = RangeKind::kContinuous;
  std::string name;
  std::string min;  // continuous and integer
  std::string max;
  std::vector<std::string> values;  // categorical
};

/// Checks what CreateHyperParameterTuningJob can know before a trial exists: the static
/// hyperparameters, each range (name, tunable, type, hard range; the recommended range is not
/// enforced), no name both static and tuned, the objective metric, and that the set is complete.
/// `objective` is the full metric name ("validation:auc"); empty: no tuning objective is checked.
Result<void> validate_tuning(const std::map<std::string, std::string>& static_values,
                             std::span<const TunedRange> ranges, std::string_view objective,
                             Generation generation);

}  // namespace tunesmith::algorithms::xgboost
