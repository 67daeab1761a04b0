// SPDX-License-Identifier: Apache-2.0
#include "cli/tune_request.h"

#include "algorithms/xgboost/schema/hyperparameters.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "base/strings.h"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <map>

namespace tunesmith::cli {
namespace {

namespace json = boost::json;
namespace xgboost = algorithms::xgboost;

constexpr auto kGeneration = xgboost::Generation::kSagemakerXgboost;

Error wrong_range(const std::string& range, const std::string& why) {
  return {
      ErrorKind::kInvalid,
      fmt::format(
          "--range '{}': {}. A range is NAME=MIN..MAX, NAME=MIN..MAX:log (or :linear, :reverselog) "
          "or NAME=VALUE,VALUE,...",
          range, why)};
}

bool is_integer_parameter(std::string_view name) {
  for (const auto& info : xgboost::parameters(kGeneration)) {
    if (info.name == xgboost::canonical_name(name))
      return info.type == xgboost::ParameterType::kInteger;
  }
  return false;
}

/// What an objective metric says of the learning task, for those who name none.
std::string task_of(const std::string& metric) {
  static const std::map<std::string, std::string> kTasks = {{"auc", "binary:logistic"},
                                                            {"aucpr", "binary:logistic"},
                                                            {"logloss", "binary:logistic"},
                                                            {"error", "binary:logistic"},
                                                            {"f1_binary", "binary:logistic"},
                                                            {"precision", "binary:logistic"},
                                                            {"recall", "binary:logistic"},
                                                            {"rmse", "reg:squarederror"},
                                                            {"mae", "reg:squarederror"},
                                                            {"mse", "reg:squarederror"},
                                                            {"r2", "reg:squarederror"},
                                                            {"rmsle", "reg:squaredlogerror"},
                                                            {"merror", "multi:softprob"},
                                                            {"mlogloss", "multi:softprob"},
                                                            {"ndcg", "rank:ndcg"},
                                                            {"map", "rank:map"},
                                                            {"cox-nloglik", "survival:cox"},
                                                            {"aft-nloglik", "survival:aft"},
                                                            {"gamma-nloglik", "reg:gamma"},
                                                            {"poisson-nloglik", "count:poisson"},
                                                            {"tweedie-nloglik", "reg:tweedie"}};
  const auto found = kTasks.find(metric.substr(metric.find(':') + 1));
  return found == kTasks.end() ? "reg:squarederror" : found->second;
}

Result<void> add_range(const std::string& range, json::array& continuous, json::array& integer,
                       json::array& categorical) {
  const auto equals = range.find('=');
  if (equals == std::string::npos || equals == 0) return wrong_range(range, "there is no NAME=");
  const std::string name = range.substr(0, equals);
  std::string values = range.substr(equals + 1);
  const auto dots = values.find("..");
  if (dots == std::string::npos) {
    json::array list;
    for (const auto value : split(values, ',')) list.push_back(json::string(trim(value)));
    if (list.size() < 2) return wrong_range(range, "one value leaves nothing to search");
    categorical.push_back(json::object{{"Name", name}, {"Values", std::move(list)}});
    return {};
  }
  static const std::map<std::string, std::string> kScales = {{"", "Auto"},
                                                             {"auto", "Auto"},
                                                             {"linear", "Linear"},
                                                             {"log", "Logarithmic"},
                                                             {"reverselog", "ReverseLogarithmic"}};
  std::string scale;
  if (const auto colon = values.find(':'); colon != std::string::npos) {
    scale = values.substr(colon + 1);
    values.resize(colon);
  }
  const auto known = kScales.find(scale);
  if (known == kScales.end()) return wrong_range(range, "there is no scale '" + scale + "'");
  const std::string min = values.substr(0, dots);
  const std::string max = values.substr(dots + 2);
  if (!parse_double(min) || !parse_double(max))
    return wrong_range(range, "its ends are not numbers");
  json::object entry{
      {"Name", name}, {"MinValue", min}, {"MaxValue", max}, {"ScalingType", known->second}};
  (is_integer_parameter(name) ? integer : continuous).push_back(std::move(entry));
  return {};
}

}  // namespace

Result<TuneRequest> make_tune_request(const TuneOptions& options) {
  const auto* metric = xgboost::find_objective(options.objective);
  if (metric == nullptr) {
    std::string names;
    for (const auto& known : xgboost::metrics()) names += (names.empty() ? "" : ", ") + known.name;
    return Error(ErrorKind::kInvalid,
                 fmt::format("--objective '{}' is not a metric of XGBoost. Metrics: {}",
                             options.objective, names));
  }
  json::array continuous, integer, categorical;
  for (const auto& range : options.ranges)
    TUNESMITH_TRY_VOID(add_range(range, continuous, integer, categorical));
  TuneRequest out;
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error(ErrorKind::kInvalid, fmt::format("--set '{}' is not NAME=VALUE", setting));
    }
    out.static_hyperparameters[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  auto& fixed = out.static_hyperparameters;
  if (!fixed.contains("num_round")) fixed["num_round"] = "100";
  if (!fixed.contains("objective")) fixed["objective"] = task_of(options.objective);
  out.config = json::object{
      {"Strategy", options.strategy},
      {"HyperParameterTuningJobObjective",
       {{"Type", metric->direction == xgboost::Direction::kMaximize ? "Maximize" : "Minimize"},
        {"MetricName", options.objective}}},
      {"ResourceLimits",
       {{"MaxNumberOfTrainingJobs", options.jobs}, {"MaxParallelTrainingJobs", options.parallel}}},
      {"ParameterRanges",
       {{"ContinuousParameterRanges", std::move(continuous)},
        {"IntegerParameterRanges", std::move(integer)},
        {"CategoricalParameterRanges", std::move(categorical)}}}};
  if (options.seed >= 0) out.config["RandomSeed"] = options.seed;
  return out;
}

Result<std::string> content_type_of(const std::string& file) {
  if (file.ends_with(".csv")) return std::string("text/csv");
  if (file.ends_with(".parquet")) return std::string("application/x-parquet");
  for (const std::string_view ending : {".libsvm", ".svm", ".svmlight"}) {
    if (file.ends_with(ending)) return std::string("text/libsvm");
  }
  return Error(ErrorKind::kInvalid, fmt::format("'{}': its ending does not say what it is (.csv, "
                                                ".libsvm, .svm, .parquet); give --content-type",
                                                file));
}

}  // namespace tunesmith::cli
