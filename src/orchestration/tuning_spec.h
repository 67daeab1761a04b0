// SPDX-License-Identifier: Apache-2.0
//
// What orchestration needs to know to run one tuning job, free of wire types. Services make it from
// a request; the store keeps it as an opaque document.
#pragma once

#include "base/result.h"
#include "store/records.h"
#include "training/training_spec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tunesmith::orchestration {

enum class ParameterKind { kContinuous, kInteger, kCategorical };

/// One hyperparameter to search. Bounds stay the text that the user gave.
struct ParameterRange {
  std::string name;
  ParameterKind kind = ParameterKind::kContinuous;
  std::string min, max;             // numeric kinds
  std::string scaling;              // "Auto", "Linear", "Logarithmic", "ReverseLogarithmic"
  std::vector<std::string> values;  // categorical
  bool operator==(const ParameterRange&) const = default;
};

/// Where a definition's objective was tuned before: a definition of another tuning job.
struct ParentDefinition {
  std::int64_t tuning_job_id = 0;
  std::int64_t definition = 0;
  bool operator==(const ParentDefinition&) const = default;
};

/// One algorithm to tune, with its own objective and its own space.
struct TrialDefinition {
  std::string name;  // empty when the job has one definition and no name for it
  bool maximize = true;
  std::string objective_metric;
  std::vector<ParameterRange> ranges;
  std::vector<ParentDefinition> parents;  // of a warm start, and their parents
  training::TrainingSpec training;  // shared by its trials; tuned values join its hyperparameters
  bool operator==(const TrialDefinition&) const = default;
};

struct TuningSpec {
  std::string strategy;                      // "Bayesian", "Random", "Grid"
  std::vector<TrialDefinition> definitions;  // at least one
  std::int64_t max_trials = 1;
  bool bounded = true;  // false: nobody asked for max_trials, it is the service's limit
  std::int64_t max_parallel = 1;
  std::optional<std::int64_t> max_runtime_seconds;
  std::optional<double> target_objective;
  std::optional<std::int64_t> max_not_improving;
  // Of Hyperband, in values of the objective that a trial prints (epochs).
  std::int64_t min_resource = 1, max_resource = 0;
  bool early_stopping = false;  // trials that are worse than their predecessors were are cut short
  bool detect_convergence = false, complete_on_convergence = false;
  std::string warm_start;  // "IdenticalDataAndAlgorithm", "TransferLearning"; empty: none
  // Each trial gets these tags under the name trial_arn_prefix + its own, in lower case.
  std::string trial_arn_prefix;
  std::vector<store::Tag> trial_tags;
  /// Whether the search looks at trials while they run, and may end them.
  bool follows_trials() const { return early_stopping || strategy == "Hyperband"; }
  bool operator==(const TuningSpec&) const = default;
};

std::string print_tuning_spec(const TuningSpec& spec);
/// kCorrupt when `text` was not printed by print_tuning_spec.
Result<TuningSpec> parse_tuning_spec(const std::string& text);

}  // namespace tunesmith::orchestration
