// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/parameter_table.h"

#include "algorithms/xgboost/schema/metrics.h"

#include <fmt/core.h>

namespace tunesmith::algorithms::xgboost {
namespace {

using Type = ParameterType;

Bound closed(double value, std::string_view text) { return {value, false, text}; }
Bound open(double value, std::string_view text) { return {value, true, text}; }

const Interval kAtLeastZero{closed(0, "0"), {}};
const Interval kAtLeastOne{closed(1, "1"), {}};
const Interval kAtLeastTwo{closed(2, "2"), {}};
const Interval kZeroToOne{closed(0, "0"), closed(1, "1")};
const Interval kFraction{open(0, "0"), closed(1, "1")};

Parameter make(std::string_view name, Type type, Interval interval,
               std::vector<std::string_view> values = {}) {
  Parameter parameter;
  parameter.name = name;
  parameter.type = type;
  parameter.interval = interval;
  parameter.values = std::move(values);
  return parameter;
}

Parameter integer(std::string_view name, Interval interval) {
  return make(name, Type::kInteger, interval);
}

Parameter continuous(std::string_view name, Interval interval) {
  return make(name, Type::kContinuous, interval);
}

Parameter categorical(std::string_view name, std::vector<std::string_view> values) {
  return make(name, Type::kCategorical, {}, std::move(values));
}

Parameter tuned(Parameter parameter, std::string_view min, std::string_view max) {
  parameter.tunable = true;
  parameter.recommended_min = min;
  parameter.recommended_max = max;
  return parameter;
}

Parameter list(std::string_view name, Type type, std::vector<std::string_view> members) {
  return make(name, type, {}, std::move(members));
}

std::vector<std::string_view> metric_names() {
  std::vector<std::string_view> names;
  for (const auto& metric : metrics()) names.push_back(metric.metric);
  return names;
}

std::vector<std::string_view> objective_names() {
  std::vector<std::string_view> names;
  for (const auto& metric : metrics()) names.emplace_back(metric.name);
  return names;
}

std::vector<Parameter> make_table() {
  std::vector<Parameter> t;
  t.push_back(tuned(integer("num_round", kAtLeastOne), "1", "4000"));
  t.back().required = true;
  t.push_back(integer("csv_weights", kZeroToOne));
  t.push_back(integer("early_stopping_rounds", kAtLeastOne));
  t.push_back(categorical("booster", {"gbtree", "gblinear", "dart"}));
  t.push_back(integer("verbosity", {closed(0, "0"), closed(3, "3")}));
  t.push_back(integer("nthread", kAtLeastOne));
  t.push_back(tuned(continuous("eta", kZeroToOne), "0.1", "0.5"));
  t.push_back(tuned(continuous("gamma", kAtLeastZero), "0", "5"));
  t.push_back(tuned(integer("max_depth", kAtLeastZero), "0", "10"));
  t.push_back(tuned(continuous("min_child_weight", kAtLeastZero), "0", "120"));
  t.push_back(tuned(continuous("max_delta_step", kAtLeastZero), "0", "10"));
  t.push_back(tuned(continuous("subsample", kFraction), "0.5", "1"));
  t.push_back(tuned(continuous("colsample_bytree", kFraction), "0.5", "1"));
  t.push_back(tuned(continuous("colsample_bylevel", kFraction), "0.1", "1"));
  t.push_back(tuned(continuous("colsample_bynode", kFraction), "0.1", "1"));
  t.push_back(tuned(continuous("lambda", kAtLeastZero), "0", "1000"));
  t.push_back(tuned(continuous("alpha", kAtLeastZero), "0", "1000"));
  t.push_back(categorical("tree_method", {"auto", "exact", "approx", "hist", "gpu_hist"}));
  t.push_back(continuous("sketch_eps", {open(0, "0"), open(1, "1")}));
  t.push_back(continuous("scale_pos_weight", {open(0, "0"), {}}));
  t.push_back(list("updater", Type::kList,
                   {"grow_colmaker", "distcol", "grow_histmaker", "grow_skmaker", "sync", "refresh",
                    "prune", "shotgun", "coord_descent"}));
  t.push_back(categorical("dsplit", {"row", "col"}));
  t.push_back(integer("refresh_leaf", kZeroToOne));
  t.push_back(categorical("process_type", {"default", "update"}));
  t.push_back(categorical("grow_policy", {"depthwise", "lossguide"}));
  t.push_back(integer("max_leaves", kAtLeastZero));
  t.push_back(integer("max_bin", kAtLeastZero));
  t.push_back(categorical("predictor", {"auto", "cpu_predictor", "gpu_predictor"}));
  t.push_back(list("monotone_constraints", Type::kTuple, {"-1", "0", "1"}));
  t.push_back(make("interaction_constraints", Type::kNestedList, kAtLeastOne));
  t.push_back(categorical("sample_type", {"uniform", "weighted"}));
  t.push_back(categorical("normalize_type", {"tree", "forest"}));
  t.push_back(continuous("rate_drop", kZeroToOne));
  t.push_back(integer("one_drop", kZeroToOne));
  t.push_back(continuous("skip_drop", kZeroToOne));
  t.push_back(continuous("lambda_bias", kZeroToOne));
  t.push_back(continuous("tweedie_variance_power", {open(1, "1"), open(2, "2")}));
  t.push_back(categorical("objective", {"aft_loss_distribution",
                                        "binary:logistic",
                                        "binary:logitraw",
                                        "binary:hinge",
                                        "count:poisson",
                                        "multi:softmax",
                                        "multi:softprob",
                                        "rank:pairwise",
                                        "rank:ndcg",
                                        "rank:map",
                                        "reg:linear",
                                        "reg:squarederror",
                                        "reg:logistic",
                                        "reg:gamma",
                                        "reg:pseudohubererror",
                                        "reg:squaredlogerror",
                                        "reg:absoluteerror",
                                        "reg:tweedie",
                                        "survival:aft",
                                        "survival:cox"}));
  t.push_back(integer("num_class", kAtLeastTwo));
  t.push_back(continuous("base_score", kAtLeastZero));
  t.push_back(integer("_kfold", kAtLeastTwo));
  t.push_back(integer("_num_cv_round", kAtLeastOne));
  t.push_back(categorical("_tuning_objective_metric", objective_names()));
  t.push_back(list("eval_metric", Type::kList, metric_names()));
  t.push_back(
      integer("seed", {open(-2147483648.0, "-2147483648"), open(2147483647.0, "2147483647")}));
  t.push_back(integer("num_parallel_tree", kAtLeastOne));
  t.push_back(categorical("save_model_on_termination", {"true", "false"}));
  t.push_back(categorical("aft_loss_distribution", {"normal", "logistic", "extreme"}));
  t.push_back(continuous("aft_loss_distribution_scale", kAtLeastZero));
  t.push_back(categorical("deterministic_histogram", {"true", "false"}));
  t.push_back(categorical("sampling_method", {"uniform", "gradient_based"}));
  t.push_back(integer("prob_buffer_row", {open(1, "1.0"), {}}));
  t.push_back(categorical("use_dask_gpu_training", {"true", "false"}));
  t.push_back(integer("silent", kZeroToOne));
  t.back().legacy_only = true;
  return t;
}

}  // namespace

bool Interval::contains(double value) const {
  if (value != value) return false;
  if (min && (min->open ? value <= min->value : value < min->value)) return false;
  return !(max && (max->open ? value >= max->value : value > max->value));
}

bool Interval::contains_or_touches(double value) const {
  if (value != value) return false;
  return !(min && value < min->value) && !(max && value > max->value);
}

std::string Interval::text() const {
  return fmt::format("{}{}, {}{}", !min || min->open ? '(' : '[', min ? min->text : "-inf",
                     max ? max->text : "+inf", !max || max->open ? ')' : ']');
}

std::span<const Parameter> parameter_table() {
  static const std::vector<Parameter> kTable = make_table();
  return kTable;
}

const Parameter* find_parameter(std::string_view canonical_name) {
  for (const auto& parameter : parameter_table()) {
    if (parameter.name == canonical_name) return &parameter;
  }
  return nullptr;
}

}  // namespace tunesmith::algorithms::xgboost
