// SPDX-License-Identifier: Apache-2.0
//
// The Search over the engine in src/tuning, and the spec of a trial made from its tuning job.
#pragma once

#include "orchestration/search.h"
#include "training/training_jobs.h"
#include "tuning/searcher.h"

namespace tunesmith::orchestration {

/// Definitions take turns; one whose space is exhausted is passed over. kInvalid for a spec whose
/// ranges make no space.
Result<std::unique_ptr<Search>> make_engine_search(const TuningSpec& spec, std::uint64_t seed,
                                                   const std::vector<store::ParentTrial>& parents);

/// kInvalid, naming the parameter, for a spec that no search can be made of.
Result<void> check_search(const TuningSpec& spec);

/// What the finished trials of a definition say about its objective, to be asked for importance and
/// responses: the engine's model, also of trials that another strategy chose.
Result<std::unique_ptr<tuning::Searcher>> make_objective_model(
    const TrialDefinition& definition, std::uint64_t seed,
    const std::vector<store::TrainingJob>& trials);

/// The shared training spec of the trial's definition with the trial's tuned values among its
/// hyperparameters.
Result<training::ResolvedSpec> resolve_trial_spec(const store::TuningJob& tuning_job,
                                                  const store::TrainingJob& trial);

}  // namespace tunesmith::orchestration
