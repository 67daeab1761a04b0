// SPDX-License-Identifier: Apache-2.0
//
// Brings the end of a training job to the server: its outcome, first to the disk, then the last
// checkpoints, the artifacts and the metrics that the server does not have yet.
#pragma once

#include "base/result.h"
#include "runner/checkpoints.h"
#include "runner/server_link.h"
#include "training/job_folder.h"
#include "training/runner_protocol.h"

namespace tunesmith::runner {

/// Returns when the server has acknowledged all of `finish`; the artifacts' files are then removed.
/// kConflict: this attempt is fenced off; other errors: as retry() gives up, and the outcome on the
/// disk is for the server to find. `checkpoints`: null for a job without.
Result<void> deliver(training::Finish finish, const training::JobFolder& folder, ServerLink& link,
                     CheckpointSync* checkpoints, const Sleep& sleep);

}  // namespace tunesmith::runner
