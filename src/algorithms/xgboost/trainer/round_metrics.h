// SPDX-License-Identifier: Apache-2.0
//
// What is measured after each round, and how: metrics that are computed here from the margins
// (XGBoost spends 40 to 65 % of a trial on its own AUC), the container's own metrics, which XGBoost
// does not know, and the rest, which XGBoost evaluates itself. Values agree with XGBoost's to 1e-6.
#pragma once

#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/trainer/area_metrics.h"
#include "algorithms/xgboost/trainer/data_set.h"
#include "base/result.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tunesmith::algorithms::xgboost {

/// How the objective makes predictions of margins.
enum class Transform { kIdentity, kSigmoid, kExponential, kSoftmax, kStep };

enum class Measure {
  // XGBoost's definitions, weighted.
  kAuc,
  kAucPr,
  kLogLoss,
  kError,
  kMape,
  kRmsle,
  kMultiError,
  kMultiLogLoss,
  // The container's definitions: scikit-learn's, without weights.
  kAccuracy,
  kBalancedAccuracy,
  kF1Macro,
  kF1Binary,
  kPrecision,
  kPrecisionMacro,
  kPrecisionMicro,
  kRecall,
  kRecallMacro,
  kRecallMicro,
  kMse,
  kRmse,
  kMae,
  kR2,
};

struct OwnMetric {
  std::string name;  // as logged
  Measure measure;
  float threshold = 0.5F;  // kError
};

/// The metrics of one job, in the order in which they are logged: XGBoost's, then the container's.
struct MetricPlan {
  Transform transform = Transform::kIdentity;
  std::size_t classes = 1;          // margins per row
  std::vector<OwnMetric> own;       // computed here
  std::vector<std::string> native;  // evaluated by XGBoost: values of its eval_metric parameter
  bool native_default = false;      // XGBoost evaluates the objective's default metric

  bool uses_library() const { return native_default || !native.empty(); }
};

/// `grouped`: the data has ranking groups, for which the library's own metrics are used; likewise
/// where it is `distributed` over workers.
MetricPlan plan_metrics(const HyperparameterSet& parameters, bool grouped,
                        bool distributed = false);

struct MetricValue {
  std::string name;
  double value = 0;
};

/// Measures one data set round by round. The data set must outlive it. Not thread safe.
class RoundMetrics {
 public:
  RoundMetrics(const MetricPlan& plan, const DataSet& data);
  ~RoundMetrics();
  RoundMetrics(RoundMetrics&&) noexcept;

  /// Values of plan.own, in order. `margins`: rows * classes. Errors are scikit-learn's, for labels
  /// that a metric is not defined on.
  Result<std::vector<MetricValue>> measure(std::span<const float> margins);

 private:
  Result<double> measure_one(const OwnMetric& metric, std::span<const float> margins);
  Result<double> measure_classes(Measure measure, std::span<const float> margins);
  std::span<const float> predictions_of(std::span<const float> margins);

  const MetricPlan& plan_;
  const DataSet& data_;
  AreaMetrics area_;
  std::vector<float>
      predictions_;  // transformed margins of this round, when a metric asks for them
};

}  // namespace tunesmith::algorithms::xgboost
