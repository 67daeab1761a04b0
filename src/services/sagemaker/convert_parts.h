// SPDX-License-Identifier: Apache-2.0
//
// The parts of a request that training jobs and tuning jobs have in common. Private to this folder.
#pragma once

#include "algorithms/xgboost/schema/image.h"
#include "services/sagemaker/operations.h"
#include "training/training_spec.h"

#include <optional>
#include <string>
#include <vector>

namespace tunesmith::services::sagemaker {

/// A built-in algorithm: XGBoost, or the one that trains nothing.
struct Builtin {
  std::string name;                              // as TrainingSpec::algorithm
  algorithms::xgboost::Generation generation{};  // of XGBoost

  bool is_xgboost() const { return name == "xgboost"; }
};

/// The built-in algorithm that the image means; ValidationException for every other image.
Outcome<Builtin> builtin_image(const std::optional<std::string>& training_image,
                               const std::optional<std::string>& algorithm_name);
/// `instances`: those that share the data of a channel that is to be sharded.
Outcome<std::vector<training::InputChannel>> input_channels(
    const std::optional<std::vector<api::Channel>>& channels, const std::string& job_input_mode,
    std::int64_t instances, const Builtin& builtin);
std::vector<training::MetricDefinition> metric_definitions(const Builtin& builtin);
/// What a built-in algorithm does not let a request choose.
Outcome<void> check_builtin(
    const std::optional<std::map<std::string, std::string>>& hyperparameters,
    const std::optional<std::vector<api::MetricDefinition>>& metrics,
    const api::OutputDataConfig& output);
/// ValidationException for members of a ResourceConfig that exclude each other and for more
/// instances than there can be.
Outcome<void> set_resources(const api::ResourceConfig& resources, training::TrainingSpec& spec);
/// The like for what a definition has of its own; its resource_config() is still to be set.
Outcome<void> check_tuning_resources(const api::HyperParameterTrainingJobDefinition& definition);
/// Takes a CheckpointConfig into `spec`; ValidationException where it names no folders for them.
Outcome<void> set_checkpoints(const std::optional<api::CheckpointConfig>& config,
                              training::TrainingSpec& spec);
/// MaxWaitTimeInSeconds belongs to managed spot training, and covers MaxRuntimeInSeconds.
/// ResourceLimitExceeded for a longer time than the limits have.
Outcome<void> set_times(const api::StoppingCondition& stopping, bool spot, const Limits& limits,
                        training::TrainingSpec& spec);

}  // namespace tunesmith::services::sagemaker
