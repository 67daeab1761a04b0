// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/round_metrics.h"

#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "algorithms/xgboost/trainer/class_metrics.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace tunesmith::algorithms::xgboost {
namespace {

struct NamedMeasure {
  std::string_view name;
  Measure measure;
};

// Single-output metrics that are defined on any transform handled here.
constexpr std::array<NamedMeasure, 6> kSingle = {{
    {"auc", Measure::kAuc},
    {"aucpr", Measure::kAucPr},
    {"logloss", Measure::kLogLoss},
    {"error", Measure::kError},
    {"mape", Measure::kMape},
    {"rmsle", Measure::kRmsle},
}};

constexpr std::array<NamedMeasure, 2> kMulti = {{
    {"merror", Measure::kMultiError},
    {"mlogloss", Measure::kMultiLogLoss},
}};

constexpr std::array<NamedMeasure, 15> kContainer = {{
    {"accuracy", Measure::kAccuracy},
    {"balanced_accuracy", Measure::kBalancedAccuracy},
    {"f1", Measure::kF1Macro},
    {"f1_binary", Measure::kF1Binary},
    {"f1_macro", Measure::kF1Macro},
    {"mse", Measure::kMse},
    {"rmse", Measure::kRmse},
    {"mae", Measure::kMae},
    {"precision", Measure::kPrecision},
    {"precision_macro", Measure::kPrecisionMacro},
    {"precision_micro", Measure::kPrecisionMicro},
    {"r2", Measure::kR2},
    {"recall", Measure::kRecall},
    {"recall_macro", Measure::kRecallMacro},
    {"recall_micro", Measure::kRecallMicro},
}};

template <std::size_t n>
std::optional<Measure> find(const std::array<NamedMeasure, n>& table, std::string_view name) {
  for (const auto& entry : table) {
    if (entry.name == name) return entry.measure;
  }
  return std::nullopt;
}

// The transform of an objective; nothing for those whose metrics the library evaluates.
std::optional<Transform> transform_of(std::string_view objective) {
  if (objective == "binary:logistic" || objective == "reg:logistic") return Transform::kSigmoid;
  if (objective == "binary:hinge") return Transform::kStep;
  if (objective == "count:poisson" || objective == "reg:gamma" || objective == "reg:tweedie" ||
      objective == "survival:cox" || objective == "survival:aft") {
    return Transform::kExponential;
  }
  if (objective == "multi:softmax" || objective == "multi:softprob") return Transform::kSoftmax;
  return Transform::kIdentity;
}

std::string_view default_metric(std::string_view objective) {
  if (objective == "binary:logistic" || objective == "binary:logitraw") return "logloss";
  if (objective == "binary:hinge") return "error";
  if (objective == "multi:softmax" || objective == "multi:softprob") return "mlogloss";
  if (objective == "reg:squaredlogerror") return "rmsle";
  // Later versions of the library say ndcg@32, which the service has no metric for, and map takes
  // no labels but 0 and 1.
  if (objective == "rank:ndcg" || objective == "rank:pairwise") return "ndcg";
  if (objective == "rank:map") return "map";
  return "";
}

float to_unit(float p) { return std::max(p, 1e-16F); }

double log_loss(float y, float p) {
  const auto term = [](float a, float b) { return a == 0.0F ? 0.0F : a * std::log(to_unit(b)); };
  return static_cast<double>(term(-y, p) + term(-(1.0F - y), 1.0F - p));
}

// The weighted mean of `loss(label, prediction)` over rows.
template <class Loss>
double weighted_mean(const DataSet& data, std::span<const float> predictions, Loss loss) {
  double sum = 0;
  double weights = 0;
  for (std::size_t row = 0; row < predictions.size(); ++row) {
    const double weight = data.weights.empty() ? 1.0 : static_cast<double>(data.weights[row]);
    sum += weight * loss(data.labels[row], predictions[row]);
    weights += weight;
  }
  return weights == 0 ? sum : sum / weights;
}

std::size_t largest(std::span<const float> values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

template <class Loss>
Result<double> multi_mean(const DataSet& data, std::span<const float> predictions,
                          std::size_t classes, Loss loss) {
  double sum = 0;
  double weights = 0;
  for (std::size_t row = 0; row < data.rows; ++row) {
    const auto label = static_cast<long>(data.labels[row]);
    if (label < 0 || static_cast<std::size_t>(label) >= classes) {
      return Error{ErrorKind::kInvalid,
                   fmt::format("MultiClassEvaluation: label must be in [0, num_class), "
                               "num_class={} but found {} in label",
                               classes, label)};
    }
    const double weight = data.weights.empty() ? 1.0 : static_cast<double>(data.weights[row]);
    sum +=
        weight * loss(predictions.subspan(row * classes, classes), static_cast<std::size_t>(label));
    weights += weight;
  }
  return sum / weights;
}

double mean_squared_error(std::span<const float> labels, std::span<const float> predictions) {
  double sum = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const double difference =
        static_cast<double>(labels[row]) - static_cast<double>(predictions[row]);
    sum += difference * difference;
  }
  return sum / static_cast<double>(labels.size());
}

double mean_absolute_error(std::span<const float> labels, std::span<const float> predictions) {
  double sum = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    sum += std::fabs(static_cast<double>(labels[row]) - static_cast<double>(predictions[row]));
  }
  return sum / static_cast<double>(labels.size());
}

// The coefficient of determination; scikit-learn's convention for constant labels.
double r_squared(std::span<const float> labels, std::span<const float> predictions) {
  double mean = 0;
  for (const float label : labels) mean += static_cast<double>(label);
  mean /= static_cast<double>(labels.size());
  double total = 0;
  for (const float label : labels) {
    const double difference = static_cast<double>(label) - mean;
    total += difference * difference;
  }
  const double residual =
      mean_squared_error(labels, predictions) * static_cast<double>(labels.size());
  if (total == 0) return residual == 0 ? 1.0 : 0.0;
  return 1.0 - residual / total;
}

bool wants_predictions(Measure measure) {
  switch (measure) {
    case Measure::kLogLoss:
    case Measure::kError:
    case Measure::kMape:
    case Measure::kRmsle:
    case Measure::kMultiError:
    case Measure::kMultiLogLoss:
    case Measure::kMse:
    case Measure::kRmse:
    case Measure::kMae:
    case Measure::kR2:
      return true;
    default:
      return false;
  }
}

void transform_margins(std::span<const float> margins, Transform transform, std::size_t classes,
                       std::vector<float>& out) {
  out.assign(margins.begin(), margins.end());
  switch (transform) {
    case Transform::kIdentity:
      break;
    case Transform::kSigmoid:
      for (auto& value : out) value = single_sigmoid(value);
      break;
    case Transform::kExponential:
      for (auto& value : out) value = std::exp(value);
      break;
    case Transform::kStep:
      for (auto& value : out) value = value > 0.0F ? 1.0F : 0.0F;
      break;
    case Transform::kSoftmax:
      for (std::size_t at = 0; at + classes <= out.size(); at += classes) {
        const auto row = std::span(out).subspan(at, classes);
        const float top = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (auto& value : row) {
          value = std::exp(value - top);
          sum += static_cast<double>(value);
        }
        for (auto& value : row) value /= static_cast<float>(sum);
      }
      break;
  }
}

// "error@0.7" -> 0.7; XGBoost logs a threshold of one half without it.
OwnMetric error_with_threshold(std::string_view text) {
  const auto threshold = static_cast<float>(python_float(text).value_or(0.5));
  OwnMetric metric{"error", Measure::kError, threshold};
  if (threshold != 0.5F) metric.name = fmt::format("error@{:g}", threshold);
  return metric;
}

// XGBoost wants the variance power within the metric's name.
std::string native_name(const std::string& metric, const HyperparameterSet& parameters) {
  if (metric != "tweedie-nloglik") return metric;
  return metric + "@" + parameters.text("tweedie_variance_power", "1.5");
}

}  // namespace

MetricPlan plan_metrics(const HyperparameterSet& parameters, bool grouped, bool distributed) {
  MetricPlan plan;
  const auto objective = parameters.text("objective", "reg:squarederror");
  plan.transform = transform_of(objective).value_or(Transform::kIdentity);
  const bool multi = plan.transform == Transform::kSoftmax;
  if (multi) plan.classes = static_cast<std::size_t>(parameters.integer("num_class").value_or(1));
  const bool ranking = grouped || objective.rfind("rank:", 0) == 0;
  const bool by_library = ranking || distributed;

  std::vector<OwnMetric> container;
  const auto add = [&](const std::string& name) {
    const auto measure = multi ? find(kMulti, name) : find(kSingle, name);
    if (!by_library && measure) {
      plan.own.push_back({name, *measure});
    } else if (!by_library && !multi && name.rfind("error@", 0) == 0) {
      plan.own.push_back(error_with_threshold(std::string_view(name).substr(6)));
    } else {
      plan.native.push_back(native_name(name, parameters));
    }
  };
  bool any_xgboost = false;
  for (const auto& name : parameters.metrics_to_log()) {
    if (const auto measure = find(kContainer, name)) {
      container.push_back({name, *measure});
    } else {
      any_xgboost = true;
      add(name);
    }
  }
  if (!any_xgboost) {
    // XGBoost logs its default metric unless it is given one.
    const auto fallback = std::string(default_metric(objective));
    if (fallback.empty()) {
      plan.native_default = true;
    } else {
      add(fallback);
    }
  }
  plan.own.insert(plan.own.end(), container.begin(), container.end());
  return plan;
}

RoundMetrics::RoundMetrics(const MetricPlan& plan, const DataSet& data)
    : plan_(plan), data_(data), area_(data.labels, data.weights) {}
RoundMetrics::~RoundMetrics() = default;
RoundMetrics::RoundMetrics(RoundMetrics&&) noexcept = default;

Result<std::vector<MetricValue>> RoundMetrics::measure(std::span<const float> margins) {
  if (margins.size() != data_.rows * plan_.classes) {
    return Error{ErrorKind::kInternal, fmt::format("{} margins for {} rows of {} outputs",
                                                   margins.size(), data_.rows, plan_.classes)};
  }
  if (std::any_of(plan_.own.begin(), plan_.own.end(),
                  [](const OwnMetric& metric) { return wants_predictions(metric.measure); })) {
    transform_margins(margins, plan_.transform, plan_.classes, predictions_);
  }
  std::vector<MetricValue> values;
  values.reserve(plan_.own.size());
  for (const auto& metric : plan_.own) {
    TUNESMITH_TRY(const double value, measure_one(metric, margins));
    values.push_back({metric.name, value});
  }
  return values;
}

Result<double> RoundMetrics::measure_one(const OwnMetric& metric, std::span<const float> margins) {
  const std::span<const float> labels = data_.labels;
  const bool probabilities = plan_.transform == Transform::kSigmoid;
  switch (metric.measure) {
    case Measure::kAuc:
      // The step function leaves two values; every other transform keeps the order.
      return area_.roc(plan_.transform == Transform::kStep ? predictions_of(margins) : margins,
                       probabilities);
    case Measure::kAucPr:
      return area_.precision_recall(
          plan_.transform == Transform::kStep ? predictions_of(margins) : margins, probabilities);
    case Measure::kLogLoss:
      return weighted_mean(data_, predictions_, log_loss);
    case Measure::kError: {
      const float threshold = metric.threshold;
      return weighted_mean(data_, predictions_, [threshold](float y, float p) {
        return static_cast<double>(p > threshold ? 1.0F - y : y);
      });
    }
    case Measure::kMape:
      return weighted_mean(data_, predictions_, [](float y, float p) {
        return static_cast<double>(std::fabs((y - p) / y));
      });
    case Measure::kRmsle:
      return std::sqrt(weighted_mean(data_, predictions_, [](float y, float p) {
        const float difference = std::log1p(y) - std::log1p(p);
        return static_cast<double>(difference * difference);
      }));
    case Measure::kMultiError:
      return multi_mean(data_, predictions_, plan_.classes,
                        [](std::span<const float> row, std::size_t label) {
                          return largest(row) != label ? 1.0 : 0.0;
                        });
    case Measure::kMultiLogLoss:
      return multi_mean(data_, predictions_, plan_.classes,
                        [](std::span<const float> row, std::size_t label) {
                          return static_cast<double>(-std::log(to_unit(row[label])));
                        });
    default:
      break;
  }
  if (metric.measure == Measure::kMse || metric.measure == Measure::kRmse ||
      metric.measure == Measure::kMae || metric.measure == Measure::kR2) {
    if (plan_.classes > 1) {
      return Error{
          ErrorKind::kInternal,
          fmt::format("XGB train call failed with exception:\n {} is not defined for classes",
                      metric.name)};
    }
    const double mse = mean_squared_error(labels, predictions_);
    if (metric.measure == Measure::kMse) return mse;
    if (metric.measure == Measure::kRmse) return std::sqrt(mse);
    if (metric.measure == Measure::kMae) return mean_absolute_error(labels, predictions_);
    return r_squared(labels, predictions_);
  }
  return measure_classes(metric.measure, margins);
}

std::span<const float> RoundMetrics::predictions_of(std::span<const float> margins) {
  transform_margins(margins, plan_.transform, plan_.classes, predictions_);
  return predictions_;
}

Result<double> RoundMetrics::measure_classes(Measure measure, std::span<const float> margins) {
  std::vector<long> predicted(data_.rows);
  for (std::size_t row = 0; row < data_.rows; ++row) {
    predicted[row] =
        plan_.classes > 1
            ? static_cast<long>(largest(margins.subspan(row * plan_.classes, plan_.classes)))
            : (margins[row] > 0.0F ? 1 : 0);
  }
  TUNESMITH_TRY(const auto counts, ClassCounts::of(data_.labels, predicted));
  switch (measure) {
    case Measure::kBalancedAccuracy:
      return counts.balanced_accuracy();
    case Measure::kF1Macro:
      return counts.f1_macro();
    case Measure::kF1Binary:
      return counts.f1_binary();
    case Measure::kPrecision:
      return counts.precision_binary();
    case Measure::kPrecisionMacro:
      return counts.precision_macro();
    case Measure::kRecall:
      return counts.recall_binary();
    case Measure::kRecallMacro:
      return counts.recall_macro();
    default:
      // Averaged over rows ("micro"), precision and recall of single labels are the accuracy.
      return counts.accuracy();
  }
}

}  // namespace tunesmith::algorithms::xgboost
