// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/schema/hyperparameters.h"

#include "algorithms/xgboost/schema/literals.h"
#include "algorithms/xgboost/schema/metrics.h"
#include "algorithms/xgboost/schema/parameter_table.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

namespace tunesmith::algorithms::xgboost {
namespace {

using Values = std::map<std::string, std::string>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kAliases = {{
    {"learning_rate", "eta"},
    {"min_split_loss", "gamma"},
    {"reg_lambda", "lambda"},
    {"reg_alpha", "alpha"},
}};

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Error unparsable(std::string_view name) {
  return invalid(
      fmt::format("Hyperparameter {}: could not parse value (caused by ValueError)", name));
}

bool contains(const std::vector<std::string_view>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string repr(const std::vector<std::string_view>& values) {
  return python_repr(std::vector<std::string>(values.begin(), values.end()));
}

std::vector<std::string> members(std::string_view text) {
  std::vector<std::string> out;
  for (const auto part : split(text, ',')) out.emplace_back(part);
  return out;
}

// An eval_metric with a threshold, "error@0.7".
Result<bool> metric_known(const Parameter& parameter, const std::string& metric) {
  if (metric.find("<function") != std::string::npos) {
    return invalid(fmt::format("User defined evaluation metric {} is not supported yet.", metric));
  }
  const auto at = metric.find('@');
  if (at == std::string::npos) return contains(parameter.values, metric);
  const auto name = trim(std::string_view(metric).substr(0, at));
  const auto rest = std::string_view(metric).substr(at + 1);
  if (name != "error" && name != "ndcg" && name != "map") {
    return invalid(
        fmt::format("Metric '{}' is not supported. Parameter 'eval_metric' with customized "
                    "threshold should be one "
                    "of these options: 'error', 'ndcg', 'map'.",
                    metric));
  }
  if (!python_float(rest.substr(0, rest.find('@')))) {
    return invalid(fmt::format("Threshold value 't' in '{}@t' expects float input.", name));
  }
  return true;
}

Result<void> check_list(const Parameter& parameter, std::string_view text) {
  const auto given = members(text);
  for (const auto& member : given) {
    bool known = false;
    if (parameter.name == "eval_metric") {
      TUNESMITH_TRY(known, metric_known(parameter, member));
    } else {
      known = contains(parameter.values, member);
    }
    if (!known) {
      return invalid(fmt::format("Hyperparameter {}: value {} not in range {}", parameter.name,
                                 python_repr(given), repr(parameter.values)));
    }
  }
  return {};
}

Result<void> check_tuple(const Parameter& parameter, std::string_view text) {
  const auto values = python_int_tuple(text);
  if (!values) return unparsable(parameter.name);
  for (const auto value : *values) {
    if (value < -1 || value > 1) {
      return invalid(fmt::format("Hyperparameter {}: value {} not in range [-1, 0, 1]",
                                 parameter.name, python_repr_tuple(*values)));
    }
  }
  return {};
}

Result<void> check_nested(const Parameter& parameter, std::string_view text) {
  const auto lists = python_nested_list(text);
  if (!lists) return unparsable(parameter.name);
  for (const auto& inner : *lists) {
    for (const auto value : inner) {
      if (!parameter.interval.contains(static_cast<double>(value))) {
        return invalid(fmt::format("Hyperparameter {}: value {} not in range {}", parameter.name,
                                   python_repr(*lists), parameter.interval.text()));
      }
    }
  }
  return {};
}

Result<void> check_parse(const Parameter& parameter, std::string_view text) {
  switch (parameter.type) {
    case ParameterType::kInteger:
      if (!python_int(text)) return unparsable(parameter.name);
      break;
    case ParameterType::kContinuous:
      if (!python_float(text)) return unparsable(parameter.name);
      break;
    case ParameterType::kTuple:
      if (!python_int_tuple(text)) return unparsable(parameter.name);
      break;
    case ParameterType::kNestedList:
      if (!python_nested_list(text)) return unparsable(parameter.name);
      break;
    case ParameterType::kCategorical:
    case ParameterType::kList:
      break;
  }
  return {};
}

Error outside(std::string_view name, std::string_view value, std::string_view range) {
  return invalid(fmt::format("Hyperparameter {}: {} is not in {}", name, value, range));
}

Result<void> check_range(const Parameter& parameter, const std::string& text) {
  switch (parameter.type) {
    case ParameterType::kInteger: {
      const auto value = python_int(text);
      if (!value) return unparsable(parameter.name);
      if (!parameter.interval.contains(static_cast<double>(*value))) {
        return outside(parameter.name, fmt::format("{}", *value), parameter.interval.text());
      }
      return {};
    }
    case ParameterType::kContinuous: {
      const auto value = python_float(text);
      if (!value) return unparsable(parameter.name);
      if (!parameter.interval.contains(*value)) {
        return outside(parameter.name, python_repr(*value), parameter.interval.text());
      }
      return {};
    }
    case ParameterType::kCategorical:
      if (!contains(parameter.values, text))
        return outside(parameter.name, text, repr(parameter.values));
      return {};
    case ParameterType::kList:
      return check_list(parameter, text);
    case ParameterType::kTuple:
      return check_tuple(parameter, text);
    case ParameterType::kNestedList:
      return check_nested(parameter, text);
  }
  return {};
}

Result<void> check_updater(const HyperparameterSet& set) {
  static const std::set<std::string> kLinear = {"shotgun", "coord_descent"};
  static const std::set<std::string> kUpdate = {"refresh", "prune"};
  static const std::set<std::string> kBuild = {"grow_colmaker", "distcol", "grow_histmaker"};
  const auto updaters = set.list("updater");
  const auto count_in = [&](const std::set<std::string>& group) {
    return std::count_if(updaters.begin(), updaters.end(),
                         [&](const std::string& updater) { return group.count(updater) != 0; });
  };
  const auto all = static_cast<std::ptrdiff_t>(updaters.size());
  if (set.text("booster") == "gblinear") {
    if (all != 1 || count_in(kLinear) != 1) {
      return invalid("Linear updater should be one of these options: 'shotgun', 'coord_descent'.");
    }
    return {};
  }
  if (set.text("process_type") == "update") {
    if (count_in(kUpdate) != all) {
      return invalid("process_type 'update' can only be used with updater 'refresh' and 'prune'");
    }
    return {};
  }
  if (count_in(kLinear) != 0) {
    return invalid(
        "Tree updater should be selected from these options: 'grow_colmaker', 'distcol', "
        "'grow_histmaker', 'grow_skmaker', 'grow_quantile_histmaker', 'sync', 'refresh', 'prune', "
        "'shortgun', 'coord_descent'.");
  }
  if (count_in(kBuild) > 1) {
    return invalid(
        "Only one tree grow plugin can be selected. Choose one from thefollowing: 'grow_colmaker', "
        "'distcol', 'grow_histmaker', 'grow_skmaker'");
  }
  return {};
}

// The rules that look at more than one hyperparameter.
Result<void> check_dependencies(const HyperparameterSet& set) {
  const auto objective = set.text("objective");
  if (set.has("updater")) TUNESMITH_TRY_VOID(check_updater(set));
  if ((objective == "multi:softmax" || objective == "multi:softprob") && !set.has("num_class")) {
    return invalid("Require input for parameter 'num_class' for multi-classification");
  }
  for (const auto& metric : set.list("eval_metric")) {
    if (metric == "auc" && objective.rfind("binary:", 0) != 0 && objective.rfind("rank:", 0) != 0) {
      return invalid("Metric 'auc' can only be applied for classification and ranking problems.");
    }
    if (metric == "aft-nloglik" && objective != "survival:aft") {
      return invalid("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.");
    }
  }
  for (const char* name : {"_kfold", "_num_cv_round"}) {
    if (set.has(name)) {
      return invalid(fmt::format(
          "Hyperparameter {}: cross-validation is not available in this version", name));
    }
  }
  const auto method = set.text("tree_method");
  if (set.has("monotone_constraints") && method != "exact" && method != "hist") {
    return invalid(
        "monotone_constraints can be used only when the tree_method parameter is set to either "
        "'exact' "
        "or 'hist'.");
  }
  if (set.has("interaction_constraints") && method != "exact" && method != "hist" &&
      method != "approx") {
    return invalid(
        "interaction_constraints can be used only when the tree_method parameter is set to either "
        "'exact', 'hist' or 'approx'.");
  }
  return {};
}

}  // namespace

std::string_view canonical_name(std::string_view name) {
  for (const auto& [alias, canonical] : kAliases) {
    if (alias == name) return canonical;
  }
  return name;
}

Result<HyperparameterSet> validate(const Values& given, Generation generation) {
  HyperparameterSet set;
  for (const auto& [name, value] : given) set.values[std::string(canonical_name(name))] = value;
  for (const auto& parameter : parameter_table()) {
    if (parameter.required && !set.has(std::string(parameter.name))) {
      return invalid(fmt::format("Missing required hyperparameter: {}", parameter.name));
    }
  }
  for (const auto& [name, value] : set.values) {
    const auto* parameter = find_parameter(name);
    if (parameter == nullptr || (parameter->legacy_only && generation != Generation::kLegacy)) {
      return invalid(fmt::format("Extraneous hyperparameter found: {}", name));
    }
    TUNESMITH_TRY_VOID(check_parse(*parameter, value));
  }
  for (const auto& [name, value] : set.values) {
    TUNESMITH_TRY_VOID(check_range(*find_parameter(name), value));
  }
  TUNESMITH_TRY_VOID(check_dependencies(set));
  return set;
}

std::vector<ParameterInfo> parameters(Generation generation) {
  const auto text = [](const std::optional<Bound>& bound) {
    return bound ? bound->text : std::string_view();
  };
  std::vector<ParameterInfo> out;
  for (const auto& p : parameter_table()) {
    if (p.legacy_only && generation != Generation::kLegacy) continue;
    out.push_back({p.name, p.type, p.required, p.tunable, p.recommended_min, p.recommended_max,
                   text(p.interval.min), text(p.interval.max)});
  }
  return out;
}

std::string HyperparameterSet::text(const std::string& name, std::string_view fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string(fallback) : found->second;
}

std::optional<std::int64_t> HyperparameterSet::integer(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : python_int(found->second);
}

std::optional<double> HyperparameterSet::number(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : python_float(found->second);
}

std::vector<std::string> HyperparameterSet::list(const std::string& name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : members(found->second);
}

std::vector<std::string> HyperparameterSet::metrics_to_log() const {
  auto logged = list("eval_metric");
  const auto* objective = find_objective(text("_tuning_objective_metric"));
  if (objective == nullptr) return logged;
  if (logged.empty()) return {std::string(objective->metric)};
  std::set<std::string> sorted(logged.begin(), logged.end());
  sorted.emplace(objective->metric);
  return {sorted.begin(), sorted.end()};
}

std::optional<std::string> HyperparameterSet::early_stopping_metric() const {
  const auto* objective = find_objective(text("_tuning_objective_metric"));
  if (objective != nullptr) return std::string(objective->metric);
  const auto given = list("eval_metric");
  if (given.empty()) return std::nullopt;
  return given.back();
}

}  // namespace tunesmith::algorithms::xgboost
