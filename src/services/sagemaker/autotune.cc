// SPDX-License-Identifier: Apache-2.0
#include "services/sagemaker/autotune.h"

#include "algorithms/xgboost/schema/hyperparameters.h"
#include "base/strings.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"
#include "tuning/space/auto_parameter.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

namespace tunesmith::services::sagemaker {
namespace {

namespace xgboost = algorithms::xgboost;
using Parameters = std::vector<xgboost::ParameterInfo>;

/// Any of the three lists has a range.
bool has_ranges(const api::ParameterRanges& ranges) {
  const auto some = [](const auto& list) { return list && !list->empty(); };
  return some(ranges.continuous_parameter_ranges) || some(ranges.integer_parameter_ranges) ||
         some(ranges.categorical_parameter_ranges);
}

std::set<std::string_view> tuned_names(const api::ParameterRanges& ranges) {
  std::set<std::string_view> names;
  const auto add = [&](const auto& list) {
    if (!list) return;
    for (const auto& range : *list) names.insert(xgboost::canonical_name(range.name));
  };
  add(ranges.continuous_parameter_ranges);
  add(ranges.integer_parameter_ranges);
  add(ranges.categorical_parameter_ranges);
  return names;
}

void add_range(api::ParameterRanges& ranges, const tuning::Parameter& parameter) {
  if (parameter.kind == tuning::ParameterKind::kCategorical) {
    if (!ranges.categorical_parameter_ranges) ranges.categorical_parameter_ranges.emplace();
    ranges.categorical_parameter_ranges->push_back({parameter.name, parameter.values});
  } else if (parameter.kind == tuning::ParameterKind::kInteger) {
    if (!ranges.integer_parameter_ranges) ranges.integer_parameter_ranges.emplace();
    const auto whole = [](double bound) {
      return std::to_string(static_cast<std::int64_t>(bound));
    };
    ranges.integer_parameter_ranges->push_back(
        {parameter.name, whole(parameter.min), whole(parameter.max), "Auto"});
  } else {
    if (!ranges.continuous_parameter_ranges) ranges.continuous_parameter_ranges.emplace();
    ranges.continuous_parameter_ranges->push_back(
        {parameter.name, format_double(parameter.min), format_double(parameter.max), "Auto"});
  }
}

tuning::RecommendedRange recommended_range(const xgboost::ParameterInfo& parameter) {
  return {parameter.type == xgboost::ParameterType::kInteger ? tuning::ParameterKind::kInteger
                                                             : tuning::ParameterKind::kContinuous,
          parse_double(parameter.recommended_min).value_or(0),
          parse_double(parameter.recommended_max).value_or(1)};
}

const xgboost::ParameterInfo* find(const Parameters& parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) {
    return p.name == xgboost::canonical_name(name);
  });
  return found == parameters.end() ? nullptr : &*found;
}

using HyperParameters = std::map<std::string, std::string>;

/// Ranges for the AutoParameters that can be tuned; the others go among the static ones.
Outcome<void> resolve_auto_parameters(api::ParameterRanges& ranges, HyperParameters& fixed,
                                      const Parameters& parameters) {
  const auto taken = tuned_names(ranges);
  std::vector<api::AutoParameter> left;
  for (const auto& parameter : ranges.auto_parameters.value_or(std::vector<api::AutoParameter>{})) {
    const auto* info = find(parameters, parameter.name);
    if (info == nullptr || !info->tunable) {
      fixed.emplace(parameter.name, parameter.value_hint);
    } else if (!taken.contains(info->name)) {
      const auto range =
          tuning::range_from_hint(parameter.name, parameter.value_hint, recommended_range(*info));
      if (!range) return invalid(range.error().message);
      left.push_back(parameter);
      add_range(ranges, *range);
    }
  }
  ranges.auto_parameters = std::move(left);
  return {};
}

/// All that can be tuned and is not static.
void add_recommended(api::ParameterRanges& ranges, const HyperParameters& fixed,
                     const Parameters& parameters) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : fixed) names.insert(xgboost::canonical_name(name));
  for (const auto& parameter : parameters) {
    if (!parameter.tunable || parameter.recommended_min.empty()) continue;
    if (names.contains(parameter.name)) continue;
    const auto recommended = recommended_range(parameter);
    tuning::Parameter range;
    range.name = std::string(parameter.name);
    range.kind = recommended.kind;
    range.min = recommended.min;
    range.max = recommended.max;
    add_range(ranges, range);
  }
}

Outcome<void> resolve_definition(api::HyperParameterTrainingJobDefinition& definition,
                                 api::ParameterRanges& ranges, bool autotune) {
  if (!autotune) {
    if (ranges.auto_parameters && !ranges.auto_parameters->empty()) {
      return invalid("ParameterRanges.AutoParameters can be given only with Autotune.");
    }
    return {};
  }
  const auto image = builtin_image(definition.algorithm_specification.training_image,
                                   definition.algorithm_specification.algorithm_name);
  if (!image) return image.error();
  if (!image->is_xgboost()) {
    return invalid("Autotune needs an algorithm that recommends ranges: the built-in XGBoost.");
  }
  const Parameters parameters = xgboost::parameters(image->generation);
  if (!definition.static_hyper_parameters) definition.static_hyper_parameters.emplace();
  if (auto fine = resolve_auto_parameters(ranges, *definition.static_hyper_parameters, parameters);
      !fine) {
    return fine.error();
  }
  if (!has_ranges(ranges)) {
    add_recommended(ranges, *definition.static_hyper_parameters, parameters);
  }
  return {};
}

}  // namespace

Outcome<api::CreateHyperParameterTuningJobRequest> resolve_autotune(
    const api::CreateHyperParameterTuningJobRequest& request) {
  api::CreateHyperParameterTuningJobRequest out = request;
  const bool autotune = request.autotune.has_value();
  auto& config = out.hyper_parameter_tuning_job_config;
  const auto resolve = [&](api::HyperParameterTrainingJobDefinition& definition,
                           std::optional<api::ParameterRanges>& shared) -> Outcome<void> {
    auto& ranges = definition.hyper_parameter_ranges ? definition.hyper_parameter_ranges : shared;
    if (!ranges && !autotune) return {};
    if (!ranges) ranges.emplace();
    return resolve_definition(definition, *ranges, autotune);
  };
  if (out.training_job_definition) {
    if (auto fine = resolve(*out.training_job_definition, config.parameter_ranges); !fine) {
      return fine.error();
    }
  }
  if (out.training_job_definitions) {
    for (auto& definition : *out.training_job_definitions) {
      if (autotune && !definition.hyper_parameter_ranges) {
        definition.hyper_parameter_ranges = config.parameter_ranges;
        if (!definition.hyper_parameter_ranges) definition.hyper_parameter_ranges.emplace();
      }
      if (auto fine = resolve(definition, config.parameter_ranges); !fine) return fine.error();
    }
    if (autotune) config.parameter_ranges.reset();
  }
  if (!autotune) return out;
  if (!config.training_job_early_stopping_type) {
    config.training_job_early_stopping_type = config.strategy == "Hyperband" ? "Off" : "Auto";
  }
  if (!config.tuning_job_completion_criteria) config.tuning_job_completion_criteria.emplace();
  auto& convergence = config.tuning_job_completion_criteria->convergence_detected;
  if (!convergence) convergence.emplace();
  if (!convergence->complete_on_convergence) convergence->complete_on_convergence = "Enabled";
  return out;
}

}  // namespace tunesmith::services::sagemaker
