// SPDX-License-Identifier: Apache-2.0
#include "orchestration/tuning_spec.h"

#include <boost/json.hpp>

namespace tunesmith::orchestration {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& from, std::string_view key) {
  return std::string(from.at(key).as_string());
}

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

/// Nothing for a member that is null, or that the server which wrote the document did not know.
template <class T>
std::optional<T> optional_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value == nullptr || value->is_null() ? std::nullopt
                                              : std::optional(json::value_to<T>(*value));
}

json::object print_definition(const TrialDefinition& definition) {
  json::array ranges;
  for (const auto& r : definition.ranges) {
    ranges.push_back(json::object{{"name", r.name},
                                  {"kind", static_cast<int>(r.kind)},
                                  {"min", r.min},
                                  {"max", r.max},
                                  {"scaling", r.scaling},
                                  {"values", json::value_from(r.values)}});
  }
  json::array parents;
  for (const auto& parent : definition.parents) {
    parents.push_back(json::array{parent.tuning_job_id, parent.definition});
  }
  return {{"parents", std::move(parents)},
          {"name", definition.name},
          {"maximize", definition.maximize},
          {"objective_metric", definition.objective_metric},
          {"ranges", std::move(ranges)},
          {"training", training::print_training_spec(definition.training)}};
}

Result<TrialDefinition> parse_definition(const json::object& from) {
  TrialDefinition out;
  out.name = optional_of<std::string>(from, "name").value_or("");
  out.maximize = from.at("maximize").as_bool();
  out.objective_metric = text_of(from, "objective_metric");
  for (const json::value& entry : from.at("ranges").as_array()) {
    const json::object& r = entry.as_object();
    out.ranges.push_back({text_of(r, "name"),
                          static_cast<ParameterKind>(r.at("kind").to_number<int>()),
                          text_of(r, "min"), text_of(r, "max"), text_of(r, "scaling"),
                          json::value_to<std::vector<std::string>>(r.at("values"))});
  }
  if (const json::value* parents = from.if_contains("parents")) {
    for (const json::value& entry : parents->as_array()) {
      out.parents.push_back({entry.as_array().at(0).as_int64(), entry.as_array().at(1).as_int64()});
    }
  }
  TUNESMITH_TRY(out.training, training::parse_training_spec(text_of(from, "training")));
  return out;
}

}  // namespace

std::string print_tuning_spec(const TuningSpec& spec) {
  json::array definitions;
  for (const auto& definition : spec.definitions) {
    definitions.push_back(print_definition(definition));
  }
  json::array tags;
  for (const auto& tag : spec.trial_tags) tags.push_back(json::array{tag.key, tag.value});
  return json::serialize(json::object{{"trial_arn_prefix", spec.trial_arn_prefix},
                                      {"trial_tags", std::move(tags)},
                                      {"strategy", spec.strategy},
                                      {"definitions", std::move(definitions)},
                                      {"max_trials", spec.max_trials},
                                      {"bounded", spec.bounded},
                                      {"max_parallel", spec.max_parallel},
                                      {"max_runtime_seconds", or_null(spec.max_runtime_seconds)},
                                      {"target_objective", or_null(spec.target_objective)},
                                      {"max_not_improving", or_null(spec.max_not_improving)},
                                      {"warm_start", spec.warm_start},
                                      {"min_resource", spec.min_resource},
                                      {"max_resource", spec.max_resource},
                                      {"early_stopping", spec.early_stopping},
                                      {"detect_convergence", spec.detect_convergence},
                                      {"complete_on_convergence", spec.complete_on_convergence}});
}

Result<TuningSpec> parse_tuning_spec(const std::string& text) {
  try {
    const json::value parsed = json::parse(text);
    const json::object& from = parsed.as_object();
    TuningSpec spec;
    spec.strategy = text_of(from, "strategy");
    if (const json::value* definitions = from.if_contains("definitions")) {
      for (const json::value& entry : definitions->as_array()) {
        TUNESMITH_TRY(auto definition, parse_definition(entry.as_object()));
        spec.definitions.push_back(std::move(definition));
      }
    } else {  // as it was kept when there was one definition at most
      TUNESMITH_TRY(auto definition, parse_definition(from));
      spec.definitions.push_back(std::move(definition));
    }
    if (spec.definitions.empty()) return Error(ErrorKind::kCorrupt, "stored tuning spec is empty");
    spec.max_trials = from.at("max_trials").as_int64();
    spec.bounded = optional_of<bool>(from, "bounded").value_or(true);
    spec.max_parallel = from.at("max_parallel").as_int64();
    spec.max_runtime_seconds = optional_of<std::int64_t>(from, "max_runtime_seconds");
    spec.target_objective = optional_of<double>(from, "target_objective");
    spec.max_not_improving = optional_of<std::int64_t>(from, "max_not_improving");
    spec.warm_start = optional_of<std::string>(from, "warm_start").value_or("");
    spec.min_resource = optional_of<std::int64_t>(from, "min_resource").value_or(1);
    spec.max_resource = optional_of<std::int64_t>(from, "max_resource").value_or(0);
    spec.early_stopping = optional_of<bool>(from, "early_stopping").value_or(false);
    spec.detect_convergence = optional_of<bool>(from, "detect_convergence").value_or(false);
    spec.complete_on_convergence =
        optional_of<bool>(from, "complete_on_convergence").value_or(false);
    spec.trial_arn_prefix = text_of(from, "trial_arn_prefix");
    for (const json::value& entry : from.at("trial_tags").as_array()) {
      const json::array& tag = entry.as_array();
      spec.trial_tags.push_back(
          {std::string(tag.at(0).as_string()), std::string(tag.at(1).as_string())});
    }
    return spec;
  } catch (const std::exception& e) {
    return Error(ErrorKind::kCorrupt, std::string("stored tuning spec: ") + e.what());
  }
}

}  // namespace tunesmith::orchestration
