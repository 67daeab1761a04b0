// SPDX-License-Identifier: Apache-2.0
//
// What a request asks for in instances and in time.
#include "services/sagemaker/convert.h"
#include "services/sagemaker/convert_parts.h"
#include "services/sagemaker/errors.h"

#include <fmt/core.h>

namespace tunesmith::services::sagemaker {

Outcome<void> set_resources(const api::ResourceConfig& resources, training::TrainingSpec& spec) {
  const auto& groups = resources.instance_groups;
  if (groups && !groups->empty()) {
    if (resources.instance_type || resources.instance_count) {
      return invalid(
          "ResourceConfig: InstanceType and InstanceCount cannot be given together with "
          "InstanceGroups.");
    }
    spec.instance_type = groups->front().instance_type;
    spec.instance_count = 0;
    for (const auto& group : *groups) spec.instance_count += group.instance_count;
  } else {
    spec.instance_type = resources.instance_type.value_or("");
    spec.instance_count = resources.instance_count.value_or(1);
  }
  if (resources.instance_preferences && !resources.instance_preferences->empty() &&
      (resources.instance_type || groups || resources.instance_placement_config)) {
    return invalid(
        "ResourceConfig: InstancePreferences cannot be given together with InstanceType, "
        "InstanceGroups or InstancePlacementConfig.");
  }
  spec.volume_gb = resources.volume_size_in_gb.value_or(0);
  constexpr std::int64_t kMost = 100;  // each is a process of this machine
  if (spec.instance_count >= 1 && spec.instance_count <= kMost) return {};
  return invalid(
      fmt::format("InstanceCount {} is not supported; 1 to {} are.", spec.instance_count, kMost));
}

Outcome<void> check_tuning_resources(const api::HyperParameterTrainingJobDefinition& definition) {
  const auto& tuning = definition.hyper_parameter_tuning_resource_config;
  if (!definition.resource_config && !tuning)
    return invalid("ResourceConfig or HyperParameterTuningResourceConfig is required.");
  if (definition.resource_config && tuning) {
    return invalid("Give either ResourceConfig or HyperParameterTuningResourceConfig, not both.");
  }
  if (tuning && tuning->instance_configs && !tuning->instance_configs->empty() &&
      (tuning->instance_type || tuning->instance_count || tuning->volume_size_in_gb)) {
    return invalid(
        "HyperParameterTuningResourceConfig: InstanceType, InstanceCount and VolumeSizeInGB cannot "
        "be given together with InstanceConfigs.");
  }
  return {};
}

namespace {

Outcome<void> check_spot(bool spot, const api::StoppingCondition& stopping) {
  const auto& wait = stopping.max_wait_time_in_seconds;
  if (!spot) {
    if (!wait) return {};
    return invalid(
        "MaxWaitTimeInSeconds can be given only when EnableManagedSpotTraining is true.");
  }
  if (!wait) {
    return invalid(
        "MaxWaitTimeInSeconds above 0 is required when EnableManagedSpotTraining is true.");
  }
  const std::int64_t runtime = stopping.max_runtime_in_seconds.value_or(86400);
  if (*wait >= runtime) return {};
  return invalid(fmt::format(
      "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
      "MaxRuntimeInSeconds: [{}] is less than [{}].",
      *wait, runtime));
}

}  // namespace

Outcome<void> set_times(const api::StoppingCondition& stopping, bool spot, const Limits& limits,
                        training::TrainingSpec& spec) {
  if (auto fine = check_spot(spot, stopping); !fine) return fine;
  spec.max_runtime_seconds = stopping.max_runtime_in_seconds.value_or(86400);
  spec.max_wait_seconds = stopping.max_wait_time_in_seconds.value_or(0);
  if (spec.max_runtime_seconds > limits.max_runtime_seconds) {
    return limit_exceeded("Longest run time for a training job", limits.max_runtime_seconds, 0,
                          *stopping.max_runtime_in_seconds);
  }
  return {};
}

}  // namespace tunesmith::services::sagemaker
