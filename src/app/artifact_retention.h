// SPDX-License-Identifier: Apache-2.0
//
// Deletes what ended training jobs stored as their output (model.tar.gz, output.tar.gz) once it is
// older than its owner wants to keep it. Never touched: the best trial of each definition of a
// tuning job, whatever a model, an endpoint or an unfinished job reads, and an object that was
// written after the job's end. Checkpoints stay, and so do rows.
#pragma once

#include "base/clock.h"
#include "objects/object_store.h"
#include "store/sqlite/database.h"
#include "store/store.h"

#include <chrono>
#include <cstddef>
#include <stop_token>

namespace tunesmith::app {

/// 0: for ever.
struct ArtifactRules {
  std::chrono::hours keep_trials{0};  // of trials that are not the best: after their tuning job
  std::chrono::hours keep_jobs{0};    // of training jobs outside tuning jobs: after their end
};

/// One round: how many objects were deleted. Stops at the first thing that it can't read, since it
/// would not know what is in use.
Result<std::size_t> sweep_artifacts(const store::Database& database, const store::Store& store,
                                    objects::ObjectStore& objects, const ArtifactRules& rules,
                                    Timestamp now, const std::stop_token& stop);

}  // namespace tunesmith::app
