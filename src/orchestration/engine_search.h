// SPDX-License-Identifier: Apache-2.0
//
// The Search over the engine in src/tuning, and the spec of a trial made from its tuning job.
#pragma once

#include "orchestration/search.h"
#include "training/training_jobs.h"

namespace tunesmith::orchestration {

/// Definitions take turns; one whose space is exhausted is passed over. kInvalid for a spec whose
/// ranges make no space.
Result<std::unique_ptr<Search>> make_engine_search(const TuningSpec& spec, std::uint64_t seed);

/// The shared training spec of the trial's definition with the trial's tuned values among its
/// hyperparameters.
Result<training::ResolvedSpec> resolve_trial_spec(const store::TuningJob& tuning_job,
                                                  const store::TrainingJob& trial);

}  // namespace tunesmith::orchestration
